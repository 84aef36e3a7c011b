-- Whether the numbers in the texts of an office lie masked: one that an older program worked in is done once, at the start.
ALTER TABLE office ADD COLUMN texts_sealed INTEGER NOT NULL DEFAULT 0;
-- Who gave an account its first password, and when: as long as somebody else could, they do not confirm each other's requests.
ALTER TABLE account ADD COLUMN opened_by TEXT;
ALTER TABLE account ADD COLUMN opened_at BIGINT;
-- Telephones of staff are found by their keyed hash, as those of complainants are.
ALTER TABLE person ADD COLUMN phone_mark BYTEA;
CREATE INDEX person_phone ON person (county, phone_mark);
