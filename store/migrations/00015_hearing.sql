-- Hearings: the read model of their life, which follows from events of the case's room alone.

-- +goose Up
-- state is the hearing as its events tell it (court/hearing.State), in JSON; the columns before it are its parts that lists are selected by. seq is of the event that
-- scheduled it. waiting counts who is in the lobby.
CREATE TABLE hearing (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES court_case (id),
    seq     BIGINT NOT NULL,
    status  TEXT NOT NULL,
    at      BIGINT NOT NULL,
    waiting BIGINT NOT NULL DEFAULT 0,
    state   TEXT NOT NULL
);
CREATE INDEX hearing_case ON hearing (case_id, at);

-- When the person has last answered a code on its phone in this session: signing in, or again before a hearing.
ALTER TABLE session ADD COLUMN code_at BIGINT NOT NULL DEFAULT 0;
