-- The gram table is nothing but its key: keep it as one tree.
DROP TABLE case_gram;
CREATE TABLE case_gram (
    county TEXT NOT NULL,
    gram TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (county, gram, case_id)
) WITHOUT ROWID;
