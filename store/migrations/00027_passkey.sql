-- Passkeys, with which people sign in who want them.

-- +goose Up
-- What an authenticator holds for a person (W3C Web Authentication). public_key is a COSE key; neither it nor the id that the authenticator drew is a secret. sign_count is the
-- authenticator's own, 0 for those that don't count. synced: its maker may copy it to the person's other devices. suspended_at: the counter went back, as that of a copy does.
CREATE TABLE passkey (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL REFERENCES person (id),
    credential_id BLOB NOT NULL UNIQUE,
    public_key    BLOB NOT NULL,
    sign_count    BIGINT NOT NULL,
    synced        BIGINT NOT NULL,
    transports    TEXT NOT NULL DEFAULT '',
    name          TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT NOT NULL DEFAULT 0,
    suspended_at  BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX passkey_person ON passkey (person_id);

-- What an authenticator has to sign: once, for a short time, by whoever holds the attempt's secret, of which this is the hash. Of somebody signed in it is bound to the session.
CREATE TABLE passkey_challenge (
    attempt_hash BLOB PRIMARY KEY,
    challenge    TEXT NOT NULL,
    person_id    TEXT NOT NULL DEFAULT '',
    session_id   TEXT NOT NULL DEFAULT '',
    expires_at   BIGINT NOT NULL
);
CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at);
