-- Evidence: what is handed in, what the others say to it, and what the court orders. Every row here is a read model of
-- events in the case's room, written with them, but for the drafts, which are private to their author.

-- +goose Up
-- What was handed in at once. number counts the submissions of a case (the receipt bears it); by_court marks what the
-- court took in for a person who couldn't (人民法院在线诉讼规则 第十一条).
CREATE TABLE submission (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES court_case (id),
    number      BIGINT NOT NULL,
    party_id    TEXT NOT NULL REFERENCES participant (id),
    by_id       TEXT NOT NULL REFERENCES participant (id),
    by_court    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    deadline    BIGINT NOT NULL DEFAULT 0,
    late        BIGINT NOT NULL DEFAULT 0,
    late_reason TEXT NOT NULL DEFAULT '',
    UNIQUE (case_id, number)
);

-- number counts the exhibits of a party in its case, 1, 2, 3 ... without gaps; a withdrawn exhibit keeps its number.
CREATE TABLE exhibit (
    id              TEXT PRIMARY KEY,
    case_id         TEXT NOT NULL REFERENCES court_case (id),
    submission_id   TEXT NOT NULL REFERENCES submission (id),
    party_id        TEXT NOT NULL REFERENCES participant (id),
    number          BIGINT NOT NULL,
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    purpose         TEXT NOT NULL,
    source          TEXT NOT NULL,
    original_held   BIGINT NOT NULL,
    pages           BIGINT NOT NULL,
    withdrawn_at    BIGINT NOT NULL DEFAULT 0,
    withdrawn_by    TEXT NOT NULL DEFAULT '',
    withdrawn_why   TEXT NOT NULL DEFAULT '',
    original_state  TEXT NOT NULL DEFAULT 'unchecked',
    original_note   TEXT NOT NULL DEFAULT '',
    original_by     TEXT NOT NULL DEFAULT '',
    original_at     BIGINT NOT NULL DEFAULT 0,
    ruling          TEXT NOT NULL DEFAULT '',
    ruling_reason   TEXT NOT NULL DEFAULT '',
    ruling_by       TEXT NOT NULL DEFAULT '',
    ruling_at       BIGINT NOT NULL DEFAULT 0,
    UNIQUE (case_id, party_id, number)
);
CREATE INDEX exhibit_submission ON exhibit (submission_id);

CREATE TABLE exhibit_page (
    exhibit_id    TEXT NOT NULL REFERENCES exhibit (id),
    position      BIGINT NOT NULL,
    attachment_id TEXT NOT NULL UNIQUE,
    media         TEXT NOT NULL,
    turn          BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (exhibit_id, position)
) WITHOUT ROWID;

-- An opinion of a party on an exhibit; the highest version is the one that stands. body is the opinion as its event
-- has it.
CREATE TABLE opinion (
    exhibit_id TEXT NOT NULL REFERENCES exhibit (id),
    party_id   TEXT NOT NULL REFERENCES participant (id),
    version    BIGINT NOT NULL,
    by_id      TEXT NOT NULL,
    by_court   BIGINT NOT NULL,
    objection  BIGINT NOT NULL,
    body       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    PRIMARY KEY (exhibit_id, party_id, version)
) WITHOUT ROWID;

-- exhibits is a JSON list of exhibit ids; an empty list means all.
CREATE TABLE exchange (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES court_case (id),
    mode      TEXT NOT NULL,
    opens_at  BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    exhibits  TEXT NOT NULL,
    note      TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL DEFAULT 0,
    closed_by TEXT NOT NULL DEFAULT '',
    reason    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX exchange_case ON exchange (case_id);
CREATE INDEX exchange_running ON exchange (ends_at) WHERE closed_at = 0;

-- party_id is empty for the deadline of all who have none of their own.
CREATE TABLE evidence_deadline (
    case_id  TEXT NOT NULL REFERENCES court_case (id),
    party_id TEXT NOT NULL,
    deadline BIGINT NOT NULL,
    reason   TEXT NOT NULL,
    set_by   TEXT NOT NULL,
    set_at   BIGINT NOT NULL,
    PRIMARY KEY (case_id, party_id)
) WITHOUT ROWID;

-- A submission that somebody is preparing. revision counts its changes; evidence_draft_file keeps its files from being
-- swept.
CREATE TABLE evidence_draft (
    id         TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    person_id  TEXT NOT NULL REFERENCES person (id),
    revision   BIGINT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE TABLE evidence_draft_file (
    attachment_id TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    draft_id      TEXT NOT NULL,
    PRIMARY KEY (attachment_id, person_id, draft_id)
) WITHOUT ROWID;
CREATE INDEX evidence_draft_files ON evidence_draft_file (person_id, draft_id);
