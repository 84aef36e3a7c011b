-- What rows an event left behind, as digests: NULL in lines of programs that did not say so yet.
ALTER TABLE event ADD COLUMN row_digests BYTEA;
