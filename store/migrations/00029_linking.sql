-- How the people of a case that was filed are told of it, and what becomes of it when they don't come.

-- +goose Up
-- told is what became of the text message: '' not sent yet, sending, sent, failed, or no_phone where there is no number to send to. offline_at is when the time for linking the case ran out and the party's stages
-- went offline; 0 for never.
ALTER TABLE case_invitation ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE case_invitation ADD COLUMN offline_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_invitation_untold ON case_invitation (told_at) WHERE told = '';
CREATE INDEX case_invitation_due ON case_invitation (link_until) WHERE linked_at = 0 AND offline_at = 0;
