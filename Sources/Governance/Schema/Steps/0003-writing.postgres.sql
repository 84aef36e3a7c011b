-- Moments are milliseconds: too large for PostgreSQL's INTEGER.
ALTER TABLE office ALTER COLUMN demo_opens_at TYPE BIGINT;
ALTER TABLE office ALTER COLUMN founded_at TYPE BIGINT;
-- Its REAL has six digits: too few for a point on a map.
ALTER TABLE territory ALTER COLUMN longitude TYPE DOUBLE PRECISION;
ALTER TABLE territory ALTER COLUMN latitude TYPE DOUBLE PRECISION;
ALTER TABLE case_file ALTER COLUMN longitude TYPE DOUBLE PRECISION;
ALTER TABLE case_file ALTER COLUMN latitude TYPE DOUBLE PRECISION;
-- The log is append-only for its owner too.
REVOKE UPDATE, DELETE, TRUNCATE ON event FROM CURRENT_USER;
