-- One schema for both engines. On PostgreSQL BLOB becomes BYTEA, and WITHOUT ROWID, which keeps a table's rows in the
-- order of its key on SQLite, falls away; all else is common SQL. Times are Unix milliseconds,
-- ids are text. Columns that end in _enc are sealed with the data key, columns that end in _mac are keyed hashes of
-- the normalised value, for look-up.

-- +goose Up
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE person (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    phone_enc       BLOB,
    phone_mac       BLOB,
    id_type         TEXT NOT NULL DEFAULT '',
    id_number_enc   BLOB,
    id_number_mac   BLOB,
    lang            TEXT NOT NULL DEFAULT 'zh',
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_phone ON person (phone_mac) WHERE phone_mac IS NOT NULL;
CREATE UNIQUE INDEX person_id_number ON person (id_number_mac) WHERE id_number_mac IS NOT NULL;

-- How, by whom and when a person's identity was verified. Rows are never changed; the newest one that is not revoked
-- counts.
CREATE TABLE verification (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    method     TEXT NOT NULL,
    by_person  TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX verification_person ON verification (person_id);

CREATE TABLE staff (
    person_id     TEXT PRIMARY KEY REFERENCES person (id),
    login         TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_enc      BLOB,
    totp_on       BIGINT NOT NULL DEFAULT 0,
    totp_step     BIGINT NOT NULL DEFAULT 0,
    disabled_at   BIGINT,
    created_at    BIGINT NOT NULL
);

CREATE TABLE session (
    id           TEXT PRIMARY KEY,
    token_hash   BLOB NOT NULL UNIQUE,
    person_id    TEXT NOT NULL REFERENCES person (id),
    role         TEXT NOT NULL,
    device       TEXT NOT NULL DEFAULT '',
    address      TEXT NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    revoked_at   BIGINT
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE sign_in_code (
    id         TEXT PRIMARY KEY,
    phone_mac  BLOB NOT NULL,
    code_mac   BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries      BIGINT NOT NULL DEFAULT 0,
    used_at    BIGINT
);
CREATE INDEX sign_in_code_phone ON sign_in_code (phone_mac, created_at);

-- Guesses at passwords and second steps, counted before they are looked at; key is a keyed hash.
CREATE TABLE sign_in_attempt (
    key          BLOB PRIMARY KEY,
    attempts     BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);

CREATE TABLE court_case (
    id            TEXT PRIMARY KEY,
    docket_number TEXT NOT NULL UNIQUE,
    title         TEXT NOT NULL,
    cause         TEXT NOT NULL,
    court         TEXT NOT NULL,
    procedure     TEXT NOT NULL DEFAULT '',
    phone         TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL,
    filed_at      BIGINT NOT NULL,
    closed_at     BIGINT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

-- A participant is a person or an organisation with a place in one case. person_id is empty for who cannot sign in:
-- organisations, and people of whom the court has no phone number yet.
CREATE TABLE participant (
    id            TEXT PRIMARY KEY,
    case_id       TEXT NOT NULL REFERENCES court_case (id),
    ref           TEXT NOT NULL,
    person_id     TEXT REFERENCES person (id),
    role          TEXT NOT NULL,
    standing      TEXT NOT NULL,
    kind          TEXT NOT NULL DEFAULT 'person',
    name          TEXT NOT NULL,
    phone_enc     BLOB,
    address_enc   BLOB,
    id_type       TEXT NOT NULL DEFAULT '',
    id_number_enc BLOB,
    position      BIGINT NOT NULL,
    joined_at     BIGINT NOT NULL,
    removed_at    BIGINT,
    speech_barred BIGINT NOT NULL DEFAULT 0,
    UNIQUE (case_id, ref)
);
CREATE UNIQUE INDEX participant_person ON participant (case_id, person_id) WHERE person_id IS NOT NULL AND removed_at IS NULL;
CREATE INDEX participant_of_person ON participant (person_id);

CREATE TABLE representation (
    case_id         TEXT NOT NULL REFERENCES court_case (id),
    participant_id  TEXT NOT NULL REFERENCES participant (id),
    for_participant TEXT NOT NULL REFERENCES participant (id),
    authority       TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (participant_id, for_participant)
);
CREATE INDEX representation_case ON representation (case_id);

CREATE TABLE thread (
    case_id  TEXT NOT NULL REFERENCES court_case (id),
    name     TEXT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (case_id, name)
) WITHOUT ROWID;

-- The record. A row is never changed but for withdrawn_by, which takes its content from view and is no part of
-- what is sealed. Rows stand in the order of their coming, so that those committed together lie on few pages, whatever rooms
-- they belong to. words is what search looks at, in lower case. session_id leads to the device and address from which somebody acted (人民法院在线诉讼规则 第7条).
CREATE TABLE event (
    case_id      TEXT NOT NULL,
    thread       TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    id           TEXT NOT NULL,
    at           BIGINT NOT NULL,
    by_person    TEXT NOT NULL,
    by_id        TEXT NOT NULL,
    session_id   TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL,
    body         TEXT NOT NULL,
    words        TEXT NOT NULL DEFAULT '',
    digest       BLOB NOT NULL,
    salt         BLOB NOT NULL,
    withdrawn_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (case_id, thread, seq)
);
-- Clients make ids that grow with time (UUIDv7), so new ones all come at the end of this index.
CREATE UNIQUE INDEX event_client ON event (id, by_person);

CREATE TABLE read_mark (
    case_id   TEXT NOT NULL,
    thread    TEXT NOT NULL,
    person_id TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (case_id, person_id, thread)
) WITHOUT ROWID;

CREATE TABLE notice_acceptance (
    case_id    TEXT NOT NULL,
    person_id  TEXT NOT NULL,
    notice     TEXT NOT NULL,
    version    TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    session_id TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    PRIMARY KEY (case_id, person_id, notice, version)
) WITHOUT ROWID;

-- Files are stored under their hash; attachments address them by a random id and carry who may see them. name says
-- where the content lies, used_at when an attachment last came to need it.
CREATE TABLE blob (
    sha256     TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL
);

-- A file from the beginning of its upload on. transfer is the upload's id in the file store, refused the code of the
-- error for which a complete upload was not accepted; case_id, thread and seq are the event that names it.
CREATE TABLE attachment (
    id           TEXT PRIMARY KEY,
    person_id    TEXT NOT NULL REFERENCES person (id),
    upload_id    TEXT NOT NULL UNIQUE,
    transfer     TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    size         BIGINT NOT NULL,
    refused      TEXT NOT NULL DEFAULT '',
    type         TEXT NOT NULL DEFAULT '',
    sha256       TEXT NOT NULL DEFAULT '',
    thumb_sha256 TEXT NOT NULL DEFAULT '',
    width        BIGINT NOT NULL DEFAULT 0,
    height       BIGINT NOT NULL DEFAULT 0,
    created_at   BIGINT NOT NULL,
    finished_at  BIGINT,
    case_id      TEXT NOT NULL DEFAULT '',
    thread       TEXT NOT NULL DEFAULT '',
    seq          BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX attachment_blob ON attachment (sha256);
CREATE INDEX attachment_thumb ON attachment (thumb_sha256);
CREATE INDEX attachment_waiting ON attachment (person_id) WHERE seq = 0;

-- Who is working on an upload, where several nodes can: a lease that its holder renews. wanted asks for it back.
CREATE TABLE upload_lock (
    transfer TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until    BIGINT NOT NULL,
    wanted   BIGINT NOT NULL DEFAULT 0
);

-- What took rights away or gave them, for nodes that missed the message: each node polls what is new.
CREATE TABLE access_change (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    case_id    TEXT NOT NULL DEFAULT '',
    person_id  TEXT NOT NULL DEFAULT '',
    session_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX access_change_at ON access_change (at);

CREATE TABLE audit (
    id        TEXT PRIMARY KEY,
    at        BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    act       TEXT NOT NULL,
    subject   TEXT NOT NULL DEFAULT '',
    detail    TEXT NOT NULL DEFAULT '',
    address   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_at ON audit (at);
