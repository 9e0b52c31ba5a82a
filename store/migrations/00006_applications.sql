-- Signatures on file, and applications: what somebody asks of the court, and what the court answers. application and application_step
-- follow from events alone; the thread is the room, or the applicant's bench thread for what the others must not
-- learn of. Drafts are private to their author. Nothing is numbered over the case: gaps would tell of what is confidential.

-- +goose Up
-- The newest of a person's is the signature on file; earlier ones stay, because documents bear them. image_enc is a PNG, sealed
-- with the data key.
CREATE TABLE signature (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    image_enc  BLOB NOT NULL,
    sha256     TEXT NOT NULL,
    session_id TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX signature_person ON signature (person_id, at);

-- signed_* say which document was signed with which signature and when: sha256 is of the document's bytes, document its attachment. Any change of the draft takes them
-- away.
CREATE TABLE application_draft (
    id               TEXT NOT NULL,
    case_id          TEXT NOT NULL REFERENCES court_case (id),
    person_id        TEXT NOT NULL REFERENCES person (id),
    revision         BIGINT NOT NULL,
    body             TEXT NOT NULL,
    signed_document  TEXT NOT NULL DEFAULT '',
    signed_sha256    TEXT NOT NULL DEFAULT '',
    signed_title     TEXT NOT NULL DEFAULT '',
    signed_signature TEXT NOT NULL DEFAULT '',
    signed_at        BIGINT NOT NULL DEFAULT 0,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE TABLE application_draft_file (
    attachment_id TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    draft_id      TEXT NOT NULL,
    PRIMARY KEY (attachment_id, person_id, draft_id)
) WITHOUT ROWID;
CREATE INDEX application_draft_files ON application_draft_file (person_id, draft_id);

CREATE TABLE application (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    thread     TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    party_id   TEXT NOT NULL REFERENCES participant (id),
    by_id      TEXT NOT NULL REFERENCES participant (id),
    by_court   BIGINT NOT NULL DEFAULT 0,
    state      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    deadline   BIGINT NOT NULL DEFAULT 0,
    late       BIGINT NOT NULL DEFAULT 0,
    decision   TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    until      BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT NOT NULL
);
CREATE INDEX application_case ON application (case_id, at);

-- position 1 is the submission; body is the event's.
CREATE TABLE application_step (
    application_id TEXT NOT NULL REFERENCES application (id),
    position       BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    kind           TEXT NOT NULL,
    by_id          TEXT NOT NULL,
    at             BIGINT NOT NULL,
    body           TEXT NOT NULL,
    PRIMARY KEY (application_id, position)
) WITHOUT ROWID;

-- Papers that somebody fills in without a case and has asked to keep; body_enc is sealed with the data key, because they name people with their numbers.
CREATE TABLE pleading_draft (
    id         TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES person (id),
    revision   BIGINT NOT NULL,
    form       TEXT NOT NULL,
    body_enc   BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
