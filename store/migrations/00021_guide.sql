-- What people find without a case: their own reports of risks.

-- +goose Up
-- Reports of risks that somebody has kept; body_enc (the answers and the report as it was made) is sealed with the data key: it tells of quarrels that are no case yet.
CREATE TABLE risk_report (
    id         TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES person (id),
    body_enc   BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
