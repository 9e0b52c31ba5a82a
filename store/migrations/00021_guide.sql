-- What people find without a case: their own reports of risks, the pages of the guide.

-- +goose Up
-- Reports of risks that somebody has kept; body_enc (the answers and the report as it was made) is sealed with the data key: it tells of quarrels that are no case yet.
CREATE TABLE risk_report (
    id         TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES person (id),
    body_enc   BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);

-- The pages of the guide (服务指南). version is the newest; every version is kept, with who wrote it and when.
CREATE TABLE guide_page (
    id      TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);
CREATE TABLE guide_version (
    page_id  TEXT NOT NULL REFERENCES guide_page (id),
    version  BIGINT NOT NULL,
    section  TEXT NOT NULL,
    position BIGINT NOT NULL,
    shown    BIGINT NOT NULL,
    title    TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body     TEXT NOT NULL,
    body_en  TEXT NOT NULL,
    by_id    TEXT NOT NULL REFERENCES person (id),
    at       BIGINT NOT NULL,
    PRIMARY KEY (page_id, version)
);
