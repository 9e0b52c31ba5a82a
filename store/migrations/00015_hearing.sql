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

-- Who has a place in one hearing alone: witnesses, whose id is their seat's in the hearing, and observers, of whom the room knows nothing. That a witness was summoned is an
-- event; which person that is stands here only.
CREATE TABLE hearing_guest (
    id         TEXT PRIMARY KEY,
    hearing_id TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    person_id  TEXT NOT NULL REFERENCES person (id),
    role       TEXT NOT NULL,
    name       TEXT NOT NULL,
    standing   TEXT NOT NULL DEFAULT '',
    invited_by TEXT NOT NULL REFERENCES person (id),
    invited_at BIGINT NOT NULL,
    entered_at BIGINT NOT NULL DEFAULT 0,
    left_at    BIGINT NOT NULL DEFAULT 0,
    removed_at BIGINT NOT NULL DEFAULT 0,
    UNIQUE (hearing_id, person_id)
);
CREATE INDEX hearing_guest_person ON hearing_guest (person_id);
