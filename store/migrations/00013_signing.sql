-- Papers that several people sign: mediation agreements, records of mediation, undisputed facts. Both tables follow from events of the room alone.

-- +goose Up
-- document_id is the attachment of the paper as it was laid before the signers, without signatures; sha256 is of its bytes, and what each signature is bound to.
CREATE TABLE signing (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES court_case (id),
    seq         BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    by_id       TEXT NOT NULL,
    document_id TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    held_from   BIGINT NOT NULL,
    held_to     BIGINT NOT NULL,
    lines       TEXT NOT NULL,
    until       BIGINT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX signing_case ON signing (case_id, at);

-- party_id is '' for the court's own, who led the mediation. by_id is who signed or refused; signature_id the signature on file.
CREATE TABLE signing_signer (
    signing_id   TEXT NOT NULL REFERENCES signing (id),
    position     BIGINT NOT NULL,
    party_id     TEXT NOT NULL,
    answer       TEXT NOT NULL,
    by_id        TEXT NOT NULL DEFAULT '',
    signature_id TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    refusals     BIGINT NOT NULL DEFAULT 0,
    at           BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (signing_id, position)
) WITHOUT ROWID;
