-- Fee notices: what a party has to pay, and what became of it. fee_notice and payment_order follow from events in the recipient's bench thread
-- alone: fees are read by the party, who acts for it, and the court, because relief from them tells of somebody's need.

-- +goose Up
-- to_id is the participant to whom it is addressed: the party, or who represents it. result is the computation, as JSON; due is the last
-- moment in time.
CREATE TABLE fee_notice (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    thread     TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    party_id   TEXT NOT NULL REFERENCES participant (id),
    to_id      TEXT NOT NULL REFERENCES participant (id),
    by_id      TEXT NOT NULL,
    title      TEXT NOT NULL,
    amount     BIGINT NOT NULL,
    result     TEXT NOT NULL,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    due        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX fee_notice_case ON fee_notice (case_id, at);

-- What the payment service knows a payment by. One notice has one order; a payment that failed is tried again under the same.
CREATE TABLE payment_order (
    id         TEXT PRIMARY KEY,
    notice_id  TEXT NOT NULL UNIQUE REFERENCES fee_notice (id),
    amount     BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What the payment service reported, by its id: a report that comes again changes nothing. It follows from no events: some reports change
-- nothing, and stand here alone.
CREATE TABLE payment_report (
    id       TEXT PRIMARY KEY,
    order_id TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    at       BIGINT NOT NULL
);
