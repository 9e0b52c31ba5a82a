-- How people prove who they are (身份验证).

-- +goose Up
-- facts_enc is what the proofing holds (court/proofing.Facts), sealed; the columns are its parts that rows are found by. One of a person's is open or in review.
CREATE TABLE proofing (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES person (id),
    state         TEXT NOT NULL,
    reason        TEXT NOT NULL DEFAULT '',
    facts_enc     BLOB NOT NULL,
    id_number_mac BLOB,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    submitted_at  BIGINT NOT NULL DEFAULT 0,
    decided_at    BIGINT NOT NULL DEFAULT 0,
    decision      TEXT NOT NULL DEFAULT '',
    scrubbed_at   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX proofing_current ON proofing (person_id) WHERE state IN ('open', 'review');
CREATE INDEX proofing_person ON proofing (person_id, created_at);
CREATE INDEX proofing_state ON proofing (state, submitted_at);

-- A picture or video. The content is kept sealed with a key of its own, which stands here, sealed: without this row it is nothing. sha256 is of the sealed content.
CREATE TABLE proofing_file (
    id          TEXT PRIMARY KEY,
    proofing_id TEXT NOT NULL REFERENCES proofing (id),
    kind        TEXT NOT NULL,
    type        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sha256      TEXT NOT NULL,
    key_enc     BLOB NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX proofing_file_of ON proofing_file (proofing_id, kind, at);
CREATE INDEX proofing_file_content ON proofing_file (sha256);

-- What the camera has to answer: for one session, once, for a short time.
CREATE TABLE proofing_challenge (
    id          TEXT PRIMARY KEY,
    proofing_id TEXT NOT NULL REFERENCES proofing (id),
    session_id  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    challenge   TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX proofing_challenge_of ON proofing_challenge (proofing_id, created_at);

-- What members of staff decided; two of them where two have to look.
CREATE TABLE proofing_look (
    id          TEXT PRIMARY KEY,
    proofing_id TEXT NOT NULL REFERENCES proofing (id),
    by_person   TEXT NOT NULL REFERENCES person (id),
    approve     BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX proofing_look_of ON proofing_look (proofing_id, at);
