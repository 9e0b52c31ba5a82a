-- Service of documents: where and how people want to be served, and what the court has served on whom. Every row here is a read model of
-- events in the service threads, written with them, but for the drafts, which are private to their author.

-- +goose Up
-- The newest version of a participant's counts. sealed is the address, sealed with the data key as it stands in the event; sha256 is of what was
-- confirmed, a random salt in it, so that it can be proven later and tells nothing of the address.
CREATE TABLE service_address (
    case_id        TEXT NOT NULL REFERENCES court_case (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    version        BIGINT NOT NULL,
    basis          TEXT NOT NULL,
    electronic     BIGINT NOT NULL,
    decisions      BIGINT NOT NULL,
    notice_version TEXT NOT NULL,
    notice_sha256  TEXT NOT NULL,
    signature      TEXT NOT NULL,
    sha256         TEXT NOT NULL,
    sealed         TEXT NOT NULL,
    note           TEXT NOT NULL,
    by_id          TEXT NOT NULL,
    at             BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    PRIMARY KEY (participant_id, version)
) WITHOUT ROWID;
CREATE INDEX service_address_case ON service_address (case_id);

-- A document of the court, as it was served.
CREATE TABLE document (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES court_case (id),
    kind      TEXT NOT NULL,
    title     TEXT NOT NULL,
    number    TEXT NOT NULL,
    note      TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    by_id     TEXT NOT NULL,
    served_at BIGINT NOT NULL
);
CREATE INDEX document_case ON document (case_id, served_at);

-- Its service on one recipient. basis and address_version say by which consent; served_at is when it counts as served, 0 as long as it doesn't.
CREATE TABLE service (
    id              TEXT PRIMARY KEY,
    document_id     TEXT NOT NULL REFERENCES document (id),
    case_id         TEXT NOT NULL REFERENCES court_case (id),
    participant_id  TEXT NOT NULL REFERENCES participant (id),
    attachment_id   TEXT NOT NULL UNIQUE,
    basis           TEXT NOT NULL,
    address_version BIGINT NOT NULL,
    seq             BIGINT NOT NULL,
    arrived_at      BIGINT NOT NULL,
    opened_at       BIGINT NOT NULL DEFAULT 0,
    confirmed_at    BIGINT NOT NULL DEFAULT 0,
    signature       TEXT NOT NULL DEFAULT '',
    served_at       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX service_document ON service (document_id);
CREATE INDEX service_participant ON service (participant_id, arrived_at);
CREATE INDEX service_case ON service (case_id);
CREATE INDEX service_unopened ON service (arrived_at) WHERE opened_at = 0 AND confirmed_at = 0;

-- Service of a document in another way, as the court noted it; outcome: served, or failed, which serves nothing.
CREATE TABLE delivery (
    id             TEXT PRIMARY KEY,
    document_id    TEXT NOT NULL REFERENCES document (id),
    case_id        TEXT NOT NULL REFERENCES court_case (id),
    participant_id TEXT NOT NULL REFERENCES participant (id),
    way            TEXT NOT NULL,
    outcome        TEXT NOT NULL,
    delivered_at   BIGINT NOT NULL,
    note           TEXT NOT NULL,
    attachment_id  TEXT NOT NULL,
    by_id          TEXT NOT NULL,
    at             BIGINT NOT NULL,
    seq            BIGINT NOT NULL
);
CREATE INDEX delivery_document ON delivery (document_id, participant_id);
CREATE INDEX delivery_case ON delivery (case_id);

-- A document that somebody of the court is preparing. Nobody else sees it or its file.
CREATE TABLE document_draft (
    id         TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES court_case (id),
    person_id  TEXT NOT NULL REFERENCES person (id),
    revision   BIGINT NOT NULL,
    body       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, id)
);
CREATE TABLE document_draft_file (
    attachment_id TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    draft_id      TEXT NOT NULL,
    PRIMARY KEY (attachment_id, person_id, draft_id)
) WITHOUT ROWID;
CREATE INDEX document_draft_files ON document_draft_file (person_id, draft_id);

-- Browsers that want push messages, each bound to the session that asked for it. sealed is what is needed to send, endpoint_mac finds the endpoint again.
CREATE TABLE push_subscription (
    id           TEXT PRIMARY KEY,
    session_id   TEXT NOT NULL REFERENCES session (id),
    person_id    TEXT NOT NULL REFERENCES person (id),
    endpoint_mac BLOB NOT NULL UNIQUE,
    sealed       BLOB NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX push_subscription_person ON push_subscription (person_id);
CREATE INDEX push_subscription_session ON push_subscription (session_id);

-- Reminders by text message of what was served and of deadlines. They are no service and stand in no record (人民法院在线诉讼规则 第三十二条). A row is made before the
-- message is sent, so that nobody is reminded twice.
CREATE TABLE reminder (
    kind      TEXT NOT NULL,
    about     TEXT NOT NULL,
    person_id TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    state     TEXT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (kind, about, person_id)
);
CREATE INDEX reminder_person ON reminder (person_id, at);
CREATE INDEX evidence_deadline_coming ON evidence_deadline (deadline) WHERE deadline > 0;
