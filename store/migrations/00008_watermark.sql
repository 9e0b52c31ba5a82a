-- Whether the court has asked that evidence is shown with the reader's name over it: a read model of the room's events.

-- +goose Up
CREATE TABLE watermark (
    case_id TEXT PRIMARY KEY,
    shown   BIGINT NOT NULL,
    reason  TEXT NOT NULL,
    set_by  TEXT NOT NULL,
    set_at  BIGINT NOT NULL
);
