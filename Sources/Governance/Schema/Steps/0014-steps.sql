-- The signed steps of every procedure in one table: exits of households and entries of the ledger until now, and what is to come.
CREATE TABLE signed_step (
    county TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    -- The day for which it stands, and when it was written down.
    day TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    -- Whose hand, in which post; nobody's where a rule made it happen.
    person TEXT,
    post TEXT,
    note TEXT NOT NULL,
    -- The paper that it stands on.
    document TEXT NOT NULL,
    -- Which checks held at that time.
    assessment TEXT NOT NULL,
    PRIMARY KEY (county, kind, subject, number)
);
INSERT INTO signed_step (county, kind, subject, number, step, day, taken_at, person, post, note, document, assessment)
SELECT county, 'exit', household, number, step, day, taken_at, person, post, note, '', assessment FROM exit_step;
INSERT INTO signed_step (county, kind, subject, number, step, day, taken_at, person, post, note, document, assessment)
SELECT county, 'entry', entry, number, step, '', at, person, post, note, paper, '' FROM ledger_step;
DROP TABLE exit_step;
DROP TABLE ledger_step;
