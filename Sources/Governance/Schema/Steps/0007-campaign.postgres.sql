-- Its REAL has six digits: too few for a point on a map.
ALTER TABLE visit ALTER COLUMN longitude TYPE DOUBLE PRECISION;
ALTER TABLE visit ALTER COLUMN latitude TYPE DOUBLE PRECISION;
