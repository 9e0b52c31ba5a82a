-- The courts that people go to (法院导航), as the newest files said. Public, and no part of any case.

-- +goose Up
-- name tells one from another. latitude and longitude are millionths of a degree of the datum (wgs84, gcj02), none of them where the place isn't known. seen_at is when
-- a file last named it.
CREATE TABLE courthouse (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE,
    level     TEXT NOT NULL,
    address   TEXT NOT NULL,
    phone     TEXT NOT NULL,
    hours     TEXT NOT NULL,
    latitude  BIGINT,
    longitude BIGINT,
    datum     TEXT NOT NULL,
    seen_at   BIGINT NOT NULL
);
