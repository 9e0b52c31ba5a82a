-- Filings (立案). A filing is no event of a case: there is no case yet, and there may never be one. What is done with it stands in filing_step, each row with a hash over the one before it; when the
-- court accepts it, the event of the new case's room names the last hash, so that from then on the seal of that room holds for all of it.

-- +goose Up
-- What somebody is filling in. case_id is always '': the table is like those of the other drafts, and these come before there is a case. body_enc names people with their
-- numbers and is sealed with the data key.
CREATE TABLE filing_draft (
    id         TEXT NOT NULL,
    case_id    TEXT NOT NULL DEFAULT '',
    person_id  TEXT NOT NULL REFERENCES person (id),
    revision   BIGINT NOT NULL,
    body_enc   BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE TABLE filing_draft_file (
    attachment_id TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    draft_id      TEXT NOT NULL,
    PRIMARY KEY (attachment_id, person_id, draft_id)
) WITHOUT ROWID;
CREATE INDEX filing_draft_files ON filing_draft_file (person_id, draft_id);

-- A filing as it stands. body_enc is what was handed in last; title_enc what lists show of it. alike_enc is who is against whom for what, and the decision
-- that it is about; duplicates are found by the keyed hashes of both. steps counts the rows of filing_step; asked_* is what the court wants corrected and until when.
CREATE TABLE filing (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES person (id),
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    body_enc      BLOB NOT NULL,
    title_enc     BLOB NOT NULL,
    alike_enc     BLOB NOT NULL,
    parties_mac   BLOB,
    decision_mac  BLOB,
    steps         BIGINT NOT NULL,
    handed_in_at  BIGINT NOT NULL,
    asked_at      BIGINT NOT NULL DEFAULT 0,
    correct_until BIGINT NOT NULL DEFAULT 0,
    case_id       TEXT NOT NULL DEFAULT '',
    docket_number TEXT NOT NULL DEFAULT '',
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);
CREATE INDEX filing_person ON filing (person_id, updated_at);
CREATE INDEX filing_state ON filing (state, handed_in_at);
CREATE INDEX filing_parties ON filing (parties_mac);
CREATE INDEX filing_decision ON filing (decision_mac);

-- Everything that was done, never changed. body_enc is 16 random bytes and what was said: the values as they were handed in, the corrections that were asked for, the reason. hash is SHA-256 over the hash before it and
-- the row's own columns and words.
CREATE TABLE filing_step (
    id         TEXT PRIMARY KEY,
    filing_id  TEXT NOT NULL REFERENCES filing (id),
    position   BIGINT NOT NULL,
    act        TEXT NOT NULL,
    by_person  TEXT NOT NULL,
    session_id TEXT NOT NULL,
    at         BIGINT NOT NULL,
    body_enc   BLOB NOT NULL,
    hash       BLOB NOT NULL,
    UNIQUE (filing_id, position)
);

-- The files of everything that was handed in. They stay the files of who filed; the court reads them by this table.
CREATE TABLE filing_file (
    filing_id     TEXT NOT NULL REFERENCES filing (id),
    attachment_id TEXT NOT NULL,
    PRIMARY KEY (filing_id, attachment_id)
) WITHOUT ROWID;
CREATE INDEX filing_file_attachment ON filing_file (attachment_id);

-- The last docket number of a court, year and type.
CREATE TABLE docket_counter (
    court_code TEXT NOT NULL,
    year       BIGINT NOT NULL,
    type_code  TEXT NOT NULL,
    last       BIGINT NOT NULL,
    PRIMARY KEY (court_code, year, type_code)
) WITHOUT ROWID;

-- People whom a filing names and who have not signed in yet: they link the case to themselves by their verified identity. id_number_mac finds them; it is NULL where nobody told the court a number.
CREATE TABLE case_invitation (
    case_id        TEXT NOT NULL REFERENCES court_case (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    id_type        TEXT NOT NULL,
    id_number_enc  BLOB,
    id_number_mac  BLOB,
    told_at        BIGINT NOT NULL,
    link_until     BIGINT NOT NULL,
    linked_at      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (case_id, participant_id)
) WITHOUT ROWID;
CREATE INDEX case_invitation_document ON case_invitation (id_number_mac) WHERE linked_at = 0;
