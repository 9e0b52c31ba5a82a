-- Organisations that people act for as their staff (单位绑定).

-- +goose Up
-- One person's claim to act for an organisation, and what the court said. code is of code_type: uscc or org_code; organisation_code is the nine
-- characters that it is or holds, by which the organisation is known either way. authority is what the organisation's letter gives.
CREATE TABLE organisation_binding (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES person (id),
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    code_type  TEXT NOT NULL,
    code       TEXT NOT NULL,
    organisation_code TEXT NOT NULL,
    state      TEXT NOT NULL,
    authority  TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL DEFAULT 0,
    decided_by TEXT NOT NULL DEFAULT '',
    ended_at   BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX organisation_binding_current ON organisation_binding (person_id, organisation_code) WHERE state IN ('review', 'bound');
CREATE INDEX organisation_binding_code ON organisation_binding (organisation_code, state);
CREATE INDEX organisation_binding_state ON organisation_binding (state, created_at);

-- The licence, and the letter that says that the person acts for the organisation; sealed.
CREATE TABLE organisation_proof (
    id         TEXT PRIMARY KEY,
    binding_id TEXT NOT NULL REFERENCES organisation_binding (id),
    kind       TEXT NOT NULL,
    type       TEXT NOT NULL,
    image_enc  BLOB NOT NULL
);
CREATE INDEX organisation_proof_of ON organisation_proof (binding_id);
