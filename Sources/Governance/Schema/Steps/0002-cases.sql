-- Versioned: a change is a new row; a case keeps the version it was filed under.
CREATE TABLE category (
    county TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    major_zh TEXT NOT NULL,
    major_en TEXT NOT NULL,
    minor_zh TEXT NOT NULL,
    minor_en TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('event', 'component')),
    filing_zh TEXT NOT NULL,
    filing_en TEXT NOT NULL,
    closing_zh TEXT NOT NULL,
    closing_en TEXT NOT NULL,
    time_limit TEXT NOT NULL,
    stages TEXT NOT NULL,
    lead_unit TEXT NOT NULL,
    photo_required INTEGER NOT NULL CHECK (photo_required IN (0, 1)),
    is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    grid_duty INTEGER NOT NULL CHECK (grid_duty IN (0, 1)),
    examples TEXT NOT NULL,
    is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
    PRIMARY KEY (county, code, version)
);

-- Numbers that the office sets for itself, dated: the call-back window, the weight of "basically satisfied" …
CREATE TABLE parameter (
    county TEXT NOT NULL,
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    setting TEXT NOT NULL,
    PRIMARY KEY (county, name, since)
);

CREATE TABLE case_file (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    place TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    territory_path TEXT NOT NULL,
    longitude REAL,
    latitude REAL,
    category TEXT NOT NULL,
    category_version INTEGER NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
    is_confidential INTEGER NOT NULL CHECK (is_confidential IN (0, 1)),
    about_unit TEXT,
    reported_at BIGINT NOT NULL,
    reported_by TEXT,
    verified_at BIGINT,
    filed_at BIGINT,
    dispatched_at BIGINT,
    told_at BIGINT,
    accepted_at BIGINT,
    handled_at BIGINT,
    closed_at BIGINT,
    time_limit TEXT,
    due_at BIGINT,
    due_provisional INTEGER NOT NULL CHECK (due_provisional IN (0, 1)),
    -- Where the deadline is reckoned from (the first dispatch, or the last reopening), and how long it stood still since.
    clock_from BIGINT,
    stood_still BIGINT NOT NULL,
    suspended_from BIGINT,
    suspended_until BIGINT,
    unit TEXT,
    handler TEXT,
    stand_in TEXT,
    "returns" INTEGER NOT NULL,
    reworks INTEGER NOT NULL,
    reopens INTEGER NOT NULL,
    extensions INTEGER NOT NULL,
    suspensions INTEGER NOT NULL,
    appeals INTEGER NOT NULL,
    is_exempt INTEGER NOT NULL CHECK (is_exempt IN (0, 1)),
    escalations INTEGER NOT NULL,
    needs_lead INTEGER NOT NULL CHECK (needs_lead IN (0, 1)),
    parent TEXT,
    merged_into TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, number),
    FOREIGN KEY (county, unit) REFERENCES unit (county, id),
    FOREIGN KEY (county, handler) REFERENCES person (county, id),
    FOREIGN KEY (county, stand_in) REFERENCES person (county, id)
);
CREATE INDEX case_file_reported ON case_file (county, reported_at, id);
CREATE INDEX case_file_state ON case_file (county, state, due_at);
CREATE INDEX case_file_territory ON case_file (county, territory_path, reported_at);
CREATE INDEX case_file_handler ON case_file (county, handler, state);
CREATE INDEX case_file_stand_in ON case_file (county, stand_in, state);
CREATE INDEX case_file_unit ON case_file (county, unit, state);
CREATE INDEX case_file_parent ON case_file (county, parent);
CREATE INDEX case_file_reporter ON case_file (county, reported_by);

-- What a case looked like between two moments, so that a figure can be asked for as of any past day.
CREATE TABLE case_history (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    territory_path TEXT NOT NULL,
    place TEXT NOT NULL,
    category TEXT NOT NULL,
    category_version INTEGER NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    unit TEXT,
    reported_at BIGINT NOT NULL,
    filed_at BIGINT,
    dispatched_at BIGINT,
    told_at BIGINT,
    handled_at BIGINT,
    closed_at BIGINT,
    due_at BIGINT,
    "returns" INTEGER NOT NULL,
    is_exempt INTEGER NOT NULL,
    PRIMARY KEY (county, id, version)
);
CREATE INDEX case_history_since ON case_history (county, reported_at, until);

-- Who ever handled a case; they never check it.
CREATE TABLE case_hand (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (county, id, person)
);

-- Complainants, any number of them; merging keeps them all.
CREATE TABLE complainant (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    phone_tail TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id)
);
CREATE INDEX complainant_case ON complainant (county, case_id);

-- Numbers that other systems gave the same matter.
CREATE TABLE outside_number (
    county TEXT NOT NULL,
    source TEXT NOT NULL,
    outside_number TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (county, source, outside_number),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id)
);
CREATE INDEX outside_number_case ON outside_number (county, case_id);
CREATE INDEX outside_number_number ON outside_number (county, outside_number);

CREATE TABLE case_stage (
    county TEXT NOT NULL,
    case_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    is_provisional INTEGER NOT NULL CHECK (is_provisional IN (0, 1)),
    done_at BIGINT,
    PRIMARY KEY (county, case_id, position),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id)
);

-- Units that help the lead, each with a clock of its own.
CREATE TABLE case_assist (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    person TEXT NOT NULL,
    request TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    answered_at BIGINT,
    answer TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id),
    FOREIGN KEY (county, unit) REFERENCES unit (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX case_assist_case ON case_assist (county, case_id);
CREATE INDEX case_assist_person ON case_assist (county, person, answered_at);

-- Looks by somebody else than the handler. One row a look: the rework rate counts them.
CREATE TABLE case_check (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    person TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    finding TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id)
);
CREATE INDEX case_check_case ON case_check (county, case_id);
CREATE INDEX case_check_time ON case_check (county, checked_at);

CREATE TABLE call_back (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    called_at BIGINT NOT NULL,
    person TEXT,
    reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
    solved INTEGER CHECK (solved IN (0, 1)),
    satisfaction TEXT,
    words TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id)
);
CREATE INDEX call_back_case ON call_back (county, case_id);
CREATE INDEX call_back_time ON call_back (county, called_at);

-- What waits for somebody's decision, in the queue of a post.
CREATE TABLE decision (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    post TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT,
    words TEXT NOT NULL,
    detail TEXT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    granted INTEGER CHECK (granted IN (0, 1)),
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, case_id) REFERENCES case_file (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id)
);
CREATE INDEX decision_post ON decision (county, post, settled_at);
CREATE INDEX decision_case ON decision (county, case_id, settled_at);

-- Two-character pieces of title, place and text: both engines find the same Chinese words.
CREATE TABLE case_gram (
    county TEXT NOT NULL,
    gram TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (county, gram, case_id)
);
