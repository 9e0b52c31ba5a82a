-- Consent to hold stages of proceedings online, and copies on paper that somebody asks for. Both follow from events alone: consent from events of the room, copies from events
-- of the bench thread of who asks.

-- +goose Up
-- agreed is what the party has declared: '', 'agreed' or 'refused', with the version and hash of the notice that was shown. offline is 1 where the court has moved the
-- stage offline, whatever was agreed.
CREATE TABLE consent (
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    party_id   TEXT NOT NULL REFERENCES participant (id),
    stage      TEXT NOT NULL,
    agreed     TEXT NOT NULL DEFAULT '',
    by_id      TEXT NOT NULL DEFAULT '',
    by_court   BIGINT NOT NULL DEFAULT 0,
    version    TEXT NOT NULL DEFAULT '',
    sha256     TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL DEFAULT 0,
    offline    BIGINT NOT NULL DEFAULT 0,
    offline_by TEXT NOT NULL DEFAULT '',
    offline_at BIGINT NOT NULL DEFAULT 0,
    reason     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (case_id, party_id, stage)
) WITHOUT ROWID;

-- state: requested, ready (at the court's window), sent (by post) or refused.
CREATE TABLE paper_copy (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES court_case (id),
    thread        TEXT NOT NULL,
    seq           BIGINT NOT NULL,
    party_id      TEXT NOT NULL REFERENCES participant (id),
    by_id         TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    name          TEXT NOT NULL,
    delivery      TEXT NOT NULL,
    note          TEXT NOT NULL,
    state         TEXT NOT NULL,
    answer        TEXT NOT NULL DEFAULT '',
    at            BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
CREATE INDEX paper_copy_case ON paper_copy (case_id, at);
