-- An evaluation: a scheme's text as it was published.
CREATE TABLE evaluation (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    begins TEXT NOT NULL,
    ends TEXT NOT NULL,
    scheme TEXT NOT NULL,
    scheme_hash TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    published_by TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, name, version)
);

-- A stretch of time that is judged: the whole of an evaluation, or one month of it.
CREATE TABLE assessment (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    evaluation TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, evaluation, since),
    FOREIGN KEY (county, evaluation) REFERENCES evaluation (county, id)
);

-- One layer's pass over it. Judged, it holds the facts as they were then: nothing in it changes afterwards.
CREATE TABLE evaluation_round (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    assessment TEXT NOT NULL,
    layer TEXT NOT NULL,
    number INTEGER NOT NULL,
    due TEXT,
    judged_on TEXT,
    judged_at BIGINT,
    judged_by TEXT,
    facts TEXT,
    facts_hash TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, assessment, layer),
    FOREIGN KEY (county, assessment) REFERENCES assessment (county, id)
);

-- A team's sheet in a round. Submitted, it is frozen and hashed.
CREATE TABLE score_sheet (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    round TEXT NOT NULL,
    team TEXT NOT NULL,
    team_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'submitted')),
    hash TEXT NOT NULL,
    submitted_at BIGINT,
    submitted_by TEXT,
    reopened INTEGER NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, round, team),
    FOREIGN KEY (county, round) REFERENCES evaluation_round (county, id)
);

CREATE TABLE sheet_member (
    county TEXT NOT NULL,
    sheet TEXT NOT NULL,
    person TEXT NOT NULL,
    appointed_at BIGINT NOT NULL,
    PRIMARY KEY (county, sheet, person),
    FOREIGN KEY (county, sheet) REFERENCES score_sheet (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX sheet_member_person ON sheet_member (county, person);

CREATE TABLE sheet_mark (
    county TEXT NOT NULL,
    sheet TEXT NOT NULL,
    unit TEXT NOT NULL,
    indicator TEXT NOT NULL,
    mark INTEGER NOT NULL,
    most INTEGER NOT NULL,
    why TEXT NOT NULL,
    person TEXT NOT NULL,
    marked_at BIGINT NOT NULL,
    PRIMARY KEY (county, sheet, unit, indicator),
    FOREIGN KEY (county, sheet) REFERENCES score_sheet (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);

-- What follows from a judged round. What was computed stays; what changes is a step, a correction is an entry of its own.
CREATE TABLE ledger_entry (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    round TEXT NOT NULL,
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    fen BIGINT,
    because_zh TEXT NOT NULL,
    because_en TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'done', 'withdrawn')),
    proposed_at BIGINT NOT NULL,
    objections_until TEXT NOT NULL,
    corrects TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, round) REFERENCES evaluation_round (county, id),
    FOREIGN KEY (county, corrects) REFERENCES ledger_entry (county, id)
);
CREATE INDEX ledger_entry_round ON ledger_entry (county, round, position);
CREATE INDEX ledger_entry_state ON ledger_entry (county, state, objections_until);

CREATE TABLE ledger_step (
    county TEXT NOT NULL,
    entry TEXT NOT NULL,
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    at BIGINT NOT NULL,
    person TEXT,
    post TEXT,
    note TEXT NOT NULL,
    paper TEXT NOT NULL,
    PRIMARY KEY (county, entry, number),
    FOREIGN KEY (county, entry) REFERENCES ledger_entry (county, id)
);

-- Who was in the posts that an entry names, on the day of judging: who receives it, or answers for it.
CREATE TABLE ledger_person (
    county TEXT NOT NULL,
    entry TEXT NOT NULL,
    post TEXT NOT NULL,
    person TEXT NOT NULL,
    fen BIGINT,
    PRIMARY KEY (county, entry, post, person),
    FOREIGN KEY (county, entry) REFERENCES ledger_entry (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);

CREATE TABLE objection (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    entry TEXT NOT NULL,
    person TEXT NOT NULL,
    said TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    reply_due TEXT NOT NULL,
    reply TEXT NOT NULL,
    is_upheld INTEGER CHECK (is_upheld IN (0, 1)),
    replied_by TEXT,
    replied_at BIGINT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, entry) REFERENCES ledger_entry (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX objection_entry ON objection (county, entry);

-- A person whom a unit recommends, and what the assessment said.
CREATE TABLE recommendation (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    entry TEXT NOT NULL,
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    why TEXT NOT NULL,
    recommended_by TEXT NOT NULL,
    recommended_at BIGINT NOT NULL,
    has_passed INTEGER CHECK (has_passed IN (0, 1)),
    assessment TEXT NOT NULL,
    assessed_by TEXT,
    assessed_at BIGINT,
    PRIMARY KEY (county, id),
    UNIQUE (county, entry, person),
    FOREIGN KEY (county, entry) REFERENCES ledger_entry (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id)
);

-- A sample: the frame and the commitment stand before the seed is known, the seed after. The frame's lines are text.
CREATE TABLE sample (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    round TEXT,
    about TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    design TEXT NOT NULL CHECK (design IN ('simple', 'stratified', 'pps')),
    size INTEGER NOT NULL,
    least INTEGER NOT NULL,
    frame TEXT NOT NULL,
    frame_hash TEXT NOT NULL,
    items INTEGER NOT NULL,
    commitment TEXT NOT NULL,
    seed TEXT NOT NULL,
    committed_at BIGINT NOT NULL,
    committed_by TEXT,
    drawn_at BIGINT,
    drawn_by TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, round) REFERENCES evaluation_round (county, id)
);

-- What was drawn, who looks at it, and what was found.
CREATE TABLE sample_item (
    county TEXT NOT NULL,
    sample TEXT NOT NULL,
    number INTEGER NOT NULL,
    item TEXT NOT NULL,
    path TEXT NOT NULL,
    unit TEXT,
    size INTEGER NOT NULL,
    hits INTEGER NOT NULL,
    weight BIGINT NOT NULL,
    over_weight BIGINT NOT NULL,
    in_place_of TEXT NOT NULL,
    why TEXT NOT NULL,
    assignee TEXT,
    outcome TEXT CHECK (outcome IN ('answered', 'refused', 'unreachable', 'replaced')),
    first_word TEXT NOT NULL,
    second_word TEXT NOT NULL,
    is_right INTEGER CHECK (is_right IN (0, 1)),
    mode TEXT NOT NULL,
    answers TEXT NOT NULL,
    note TEXT NOT NULL,
    person TEXT,
    found_at BIGINT,
    token TEXT NOT NULL,
    PRIMARY KEY (county, sample, number),
    UNIQUE (county, sample, item),
    UNIQUE (county, token),
    FOREIGN KEY (county, sample) REFERENCES sample (county, id),
    FOREIGN KEY (county, assignee) REFERENCES person (county, id)
);
CREATE INDEX sample_item_assignee ON sample_item (county, assignee) WHERE assignee IS NOT NULL AND found_at IS NULL;
