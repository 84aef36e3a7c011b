-- Shared tables: the same for every county, without a county column (reference tables when distributed).

CREATE TABLE territory (
    id TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('province', 'city', 'county', 'town', 'village', 'grid')),
    parent TEXT REFERENCES territory (id),
    -- Three characters a level; a subtree is a range.
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    longitude REAL,
    latitude REAL
);
CREATE INDEX territory_parent ON territory (parent, name);
CREATE INDEX territory_name ON territory (name);

-- Codes are opaque and belong to a system and its year: systems give one town different codes, and swap them.
CREATE TABLE territory_code (
    code_system TEXT NOT NULL,
    code TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (code_system, code, since)
);
CREATE INDEX territory_code_territory ON territory_code (territory);

CREATE TABLE territory_alias (
    territory TEXT NOT NULL REFERENCES territory (id),
    name TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (territory, name)
);
CREATE INDEX territory_alias_name ON territory_alias (name);

CREATE TABLE calendar_year (year INTEGER NOT NULL PRIMARY KEY, source TEXT NOT NULL);
-- Only the days that differ from the plain week.
CREATE TABLE calendar_day (
    day TEXT NOT NULL PRIMARY KEY,
    is_workday INTEGER NOT NULL CHECK (is_workday IN (0, 1)),
    name TEXT NOT NULL
);

-- County tables.

CREATE TABLE office (
    county TEXT NOT NULL PRIMARY KEY,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    number_prefix TEXT NOT NULL,
    zone_minutes INTEGER NOT NULL,
    slots TEXT NOT NULL,
    -- Set in a demo folder only: the moment at which the demo opens.
    demo_opens_at INTEGER,
    founded_at INTEGER NOT NULL
);

-- Numbers that count up in a county. Updated in the transaction of what they number.
CREATE TABLE county_head (
    county TEXT NOT NULL PRIMARY KEY,
    event_seq INTEGER NOT NULL,
    event_hash BYTEA NOT NULL,
    case_year INTEGER NOT NULL,
    case_seq INTEGER NOT NULL,
    organisation_seq INTEGER NOT NULL
);

CREATE TABLE event (
    county TEXT NOT NULL,
    seq INTEGER NOT NULL,
    happened_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    person TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    post_zh TEXT NOT NULL,
    post_en TEXT NOT NULL,
    body TEXT NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (county, seq)
);
CREATE INDEX event_subject ON event (county, subject_kind, subject_id, seq);
CREATE INDEX event_person ON event (county, person, seq);

CREATE TABLE unit (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, code)
);

CREATE TABLE person (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE TABLE post (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    unit TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    reports_to TEXT,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, code),
    FOREIGN KEY (county, unit) REFERENCES unit (county, id),
    FOREIGN KEY (county, reports_to) REFERENCES post (county, id)
);
CREATE INDEX post_unit ON post (county, unit);
CREATE INDEX post_territory ON post (county, territory);

-- Somebody in a post for a time. A stand-in is a tenure too.
CREATE TABLE tenure (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    post TEXT NOT NULL,
    person TEXT NOT NULL,
    is_stand_in INTEGER NOT NULL CHECK (is_stand_in IN (0, 1)),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX tenure_person ON tenure (county, person, until);
CREATE INDEX tenure_post ON tenure (county, post, until);

CREATE TABLE account (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    person TEXT NOT NULL,
    password TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until BIGINT NOT NULL,
    is_closed INTEGER NOT NULL CHECK (is_closed IN (0, 1)),
    PRIMARY KEY (county, id),
    UNIQUE (county, login),
    FOREIGN KEY (county, person) REFERENCES person (county, id)
);

-- Signed-in browsers and API tokens. The id is the hash of the secret that the client holds.
CREATE TABLE session (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('browser', 'token')),
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, account) REFERENCES account (county, id)
);
CREATE INDEX session_account ON session (county, account);
CREATE INDEX session_ends ON session (county, ends_at);

-- What was answered to a POST with an Idempotency-Key, so that a repetition is answered alike and stores nothing.
CREATE TABLE repeated_request (
    county TEXT NOT NULL,
    caller TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (county, caller, request_key)
);
CREATE INDEX repeated_request_age ON repeated_request (county, answered_at);
