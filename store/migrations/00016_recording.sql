-- The files of hearings' recordings: a read model that follows from hearing_recording in the case's room alone.

-- +goose Up
-- at, and duration in milliseconds, stand on the server's clock. The content lies where blob says of sha256.
CREATE TABLE recording_file (
    id         TEXT PRIMARY KEY,
    hearing_id TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    seq        BIGINT NOT NULL,
    part       BIGINT NOT NULL,
    seat       TEXT NOT NULL,
    media      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    duration   BIGINT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    size       BIGINT NOT NULL,
    sha256     TEXT NOT NULL
);
CREATE INDEX recording_file_hearing ON recording_file (hearing_id, part, at);
CREATE INDEX recording_file_case ON recording_file (case_id);
CREATE INDEX recording_file_blob ON recording_file (sha256);
