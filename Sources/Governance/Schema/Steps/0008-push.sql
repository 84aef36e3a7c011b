-- A war zone groups townships for a time.
CREATE TABLE command_area (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    unit TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, unit) REFERENCES unit (county, id)
);
CREATE INDEX command_area_territory ON command_area (county, territory, since);

-- What another post has to approve while a campaign runs, besides what is always so.
CREATE TABLE register_gate (
    county TEXT NOT NULL,
    fact TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, fact, since)
);

-- What came out of what: a boundary change ends territories and begins their successors.
CREATE TABLE territory_succession (
    predecessor TEXT NOT NULL REFERENCES territory (id),
    successor TEXT NOT NULL REFERENCES territory (id),
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'split', 'move')),
    PRIMARY KEY (predecessor, successor)
);
CREATE INDEX territory_succession_successor ON territory_succession (successor);

-- What exit asks besides house, water, school and insurance.
ALTER TABLE household_version ADD COLUMN has_food INTEGER;
ALTER TABLE household_version ADD COLUMN has_clothes INTEGER;

-- Each household's one line of a campaign's look-back: checked again, it says what was found last; the log has the rest.
CREATE TABLE look_back (
    county TEXT NOT NULL,
    campaign TEXT NOT NULL,
    household TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('none', 'differs', 'missed', 'wrongly_listed', 'wrongly_exited')),
    headcount INTEGER NOT NULL,
    kind TEXT NOT NULL,
    has_exited INTEGER NOT NULL CHECK (has_exited IN (0, 1)),
    village_path TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    note TEXT NOT NULL,
    request TEXT,
    PRIMARY KEY (county, campaign, household),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id),
    FOREIGN KEY (county, request) REFERENCES change_request (county, id)
);
CREATE INDEX look_back_path ON look_back (county, campaign, village_path);

-- The steps by which a household leaves the register, each dated and signed.
CREATE TABLE exit_step (
    county TEXT NOT NULL,
    household TEXT NOT NULL,
    number INTEGER NOT NULL,
    step TEXT NOT NULL,
    day TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    assessment TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (county, household, number),
    FOREIGN KEY (county, household) REFERENCES household (county, id)
);

-- A place that is walked to again and again: a square, a building, a stretch of road.
CREATE TABLE point (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    territory TEXT NOT NULL REFERENCES territory (id),
    longitude DOUBLE PRECISION,
    latitude DOUBLE PRECISION,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, code)
);
CREATE INDEX point_territory ON point (county, territory);

-- A duty is owed to a household or to a point.
ALTER TABLE duty_due RENAME COLUMN household TO subject;
