-- Transcripts of hearings: what is being written, and the read model of what became of it.

-- +goose Up
-- What the court writes, before it is laid before the participants and as it was laid before them: then the record holds its hash. changes counts the changes of all lines.
CREATE TABLE transcript_pad (
    hearing_id TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    changes    BIGINT NOT NULL
);

-- revision is the change that made the line say what it says, changed the newest that concerns it; pen is the page that it was written on, which goes on from what it wrote itself. at is when it was begun. A line that was
-- taken out stays, without its place, so that other pages learn of it.
CREATE TABLE transcript_line (
    hearing_id TEXT NOT NULL REFERENCES transcript_pad (hearing_id),
    id         TEXT NOT NULL,
    position   BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    changed    BIGINT NOT NULL,
    pen        TEXT NOT NULL,
    by_id      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    speaker    TEXT NOT NULL,
    text       TEXT NOT NULL,
    exhibit    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    removed    BIGINT NOT NULL,
    PRIMARY KEY (hearing_id, id)
) WITHOUT ROWID;
CREATE INDEX transcript_line_position ON transcript_line (hearing_id, position);
CREATE INDEX transcript_line_changed ON transcript_line (hearing_id, changed);

-- state is the transcript as its events tell it (court/transcript.State), in JSON; the columns before it are its parts that lists are selected by: open counts corrections that
-- the court hasn't answered, unsigned the signatures of the court's own that are missing.
CREATE TABLE transcript (
    hearing_id TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    status     TEXT NOT NULL,
    until      BIGINT NOT NULL,
    open       BIGINT NOT NULL,
    unsigned   BIGINT NOT NULL,
    state      TEXT NOT NULL
);
CREATE INDEX transcript_case ON transcript (case_id);
