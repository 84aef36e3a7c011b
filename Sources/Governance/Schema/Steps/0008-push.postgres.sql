-- A visit is to a household or to a point.
ALTER TABLE visit ALTER COLUMN household DROP NOT NULL;
ALTER TABLE visit ADD COLUMN point TEXT;
ALTER TABLE visit ADD CONSTRAINT visit_point FOREIGN KEY (county, point) REFERENCES point (county, id);
ALTER TABLE visit ADD CONSTRAINT visit_subject CHECK ((household IS NULL) <> (point IS NULL));
DROP INDEX visit_household;
CREATE INDEX visit_household ON visit (county, household, visited_at) WHERE household IS NOT NULL;
CREATE INDEX visit_point_at ON visit (county, point, visited_at) WHERE point IS NOT NULL;
