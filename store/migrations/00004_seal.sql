-- The seals of the record; store/seal/SEAL.md says what they hold. They are written by one node at a time, never on the way of
-- an act.

-- +goose Up
CREATE INDEX attachment_event ON attachment (case_id, thread, seq) WHERE seq > 0;

-- What the whole installation does once: a lease that its holder renews.
CREATE TABLE lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  BIGINT NOT NULL
);

-- The Merkle log of a thread in tiles of 64 hashes. marks tell, for tiles of leaves, which column of an event was changed.
CREATE TABLE seal_tile (
    case_id TEXT NOT NULL,
    thread  TEXT NOT NULL,
    level   BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    hashes  BLOB NOT NULL,
    marks   BLOB NOT NULL,
    PRIMARY KEY (case_id, thread, level, number)
);

-- How far a thread was in a seal of its case; a row for each seal in which it had grown.
CREATE TABLE seal_head (
    case_id TEXT NOT NULL,
    thread  TEXT NOT NULL,
    seal    BIGINT NOT NULL,
    size    BIGINT NOT NULL,
    root    BLOB NOT NULL,
    PRIMARY KEY (case_id, thread, seal)
);

-- What the case's cover said, each time that it said something else.
CREATE TABLE seal_cover (
    case_id TEXT NOT NULL,
    hash    BLOB NOT NULL,
    cover   TEXT NOT NULL,
    PRIMARY KEY (case_id, hash)
);

CREATE TABLE seal (
    case_id    TEXT NOT NULL,
    number     BIGINT NOT NULL,
    checkpoint BIGINT NOT NULL,
    place      BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    cover      BLOB NOT NULL,
    leaves     BIGINT NOT NULL,
    root       BLOB NOT NULL,
    previous   BLOB NOT NULL,
    nonce      BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
);
CREATE INDEX seal_of_checkpoint ON seal (checkpoint);

-- The published heads, as signed notes.
CREATE TABLE checkpoint (
    number BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    note   TEXT NOT NULL
);

CREATE TABLE checkpoint_tile (
    checkpoint BIGINT NOT NULL,
    level      BIGINT NOT NULL,
    number     BIGINT NOT NULL,
    hashes     BLOB NOT NULL,
    PRIMARY KEY (checkpoint, level, number)
);

-- What outside witnesses answered.
CREATE TABLE checkpoint_witness (
    checkpoint BIGINT NOT NULL,
    witness    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    answer     BLOB NOT NULL,
    PRIMARY KEY (checkpoint, witness)
);
