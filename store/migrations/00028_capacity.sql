-- In which capacity a session is used: as a party or as a representative (切换身份).

-- +goose Up
-- '' until the person has chosen: then as a party where the person is one in any case, otherwise as a representative.
ALTER TABLE session ADD COLUMN capacity TEXT NOT NULL DEFAULT '';
