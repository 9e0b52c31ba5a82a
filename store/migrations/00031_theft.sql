-- What people without a session say of accounts that somebody else uses, for the court's desk. A row goes when it is answered; the audit says who did.

-- +goose Up
-- contact is the phone on which the person answered a code; said_enc are the name, numbers and words as they were given.
CREATE TABLE theft_report (
    id          TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    contact_enc BLOB NOT NULL,
    contact_mac BLOB NOT NULL,
    said_enc    BLOB NOT NULL
);
CREATE INDEX theft_report_at ON theft_report (at);
CREATE INDEX theft_report_contact ON theft_report (contact_mac);
