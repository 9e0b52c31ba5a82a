-- The time for the review of an application for retrial (再审审查) as the court's president has extended it; it follows from the events.

-- +goose Up
CREATE TABLE review_extension (
    case_id TEXT PRIMARY KEY REFERENCES court_case (id),
    until   BIGINT NOT NULL,
    reason  TEXT NOT NULL,
    set_by  TEXT NOT NULL,
    set_at  BIGINT NOT NULL
);
