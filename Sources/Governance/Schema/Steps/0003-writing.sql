-- A new case has no unit, handler, stand-in or parent yet: the indexes that look for them leave it out.
DROP INDEX case_file_handler;
CREATE INDEX case_file_handler ON case_file (county, handler, state) WHERE handler IS NOT NULL;
DROP INDEX case_file_stand_in;
CREATE INDEX case_file_stand_in ON case_file (county, stand_in, state) WHERE stand_in IS NOT NULL;
DROP INDEX case_file_unit;
CREATE INDEX case_file_unit ON case_file (county, unit, state) WHERE unit IS NOT NULL;
DROP INDEX case_file_parent;
CREATE INDEX case_file_parent ON case_file (county, parent) WHERE parent IS NOT NULL;
DROP INDEX case_file_reporter;
CREATE INDEX case_file_reporter ON case_file (county, reported_by) WHERE reported_by IS NOT NULL;

-- Cases whose words are not in case_gram yet: taken up in batches after the request was answered.
CREATE TABLE case_unindexed (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (county, id)
);
