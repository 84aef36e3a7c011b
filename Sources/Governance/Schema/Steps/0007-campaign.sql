-- A campaign: a scheme's text as it was published, and the denominators that were frozen with it.
CREATE TABLE campaign (
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
    frozen_as_of TEXT NOT NULL,
    frozen_at BIGINT NOT NULL,
    frozen_hash TEXT NOT NULL,
    households INTEGER NOT NULL,
    people INTEGER NOT NULL,
    published_by TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, name, version)
);

-- The households as they were when the campaign froze them: nothing here changes afterwards.
CREATE TABLE frozen_household (
    county TEXT NOT NULL,
    campaign TEXT NOT NULL,
    id TEXT NOT NULL,
    village TEXT NOT NULL REFERENCES territory (id),
    village_path TEXT NOT NULL,
    in_poor_village INTEGER NOT NULL CHECK (in_poor_village IN (0, 1)),
    kind TEXT NOT NULL,
    headcount INTEGER NOT NULL,
    PRIMARY KEY (county, campaign, id),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id),
    FOREIGN KEY (county, id) REFERENCES household (county, id)
);
CREATE INDEX frozen_household_path ON frozen_household (county, campaign, village_path, id);

CREATE TABLE visit (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    campaign TEXT,
    household TEXT NOT NULL,
    person TEXT NOT NULL,
    post TEXT NOT NULL,
    visited_at BIGINT NOT NULL,
    day TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('home', 'telephone', 'elsewhere')),
    result TEXT NOT NULL CHECK (result IN ('met', 'nobody', 'refused', 'moved')),
    answers TEXT NOT NULL,
    promise TEXT NOT NULL,
    note TEXT NOT NULL,
    approval INTEGER CHECK (approval IN (0, 1)),
    longitude REAL,
    latitude REAL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id)
);
CREATE INDEX visit_household ON visit (county, household, visited_at);
CREATE INDEX visit_person ON visit (county, person, visited_at);
CREATE INDEX visit_day ON visit (county, campaign, day);

-- Who owes a visit to whom, frozen with the campaign; the visit that paid it.
CREATE TABLE duty_due (
    county TEXT NOT NULL,
    campaign TEXT NOT NULL,
    duty TEXT NOT NULL,
    household TEXT NOT NULL,
    post TEXT NOT NULL,
    village TEXT NOT NULL,
    village_path TEXT NOT NULL,
    visit TEXT,
    PRIMARY KEY (county, campaign, household, duty, post),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id),
    FOREIGN KEY (county, visit) REFERENCES visit (county, id)
);
CREATE INDEX duty_due_missing ON duty_due (county, campaign, duty, village_path, household) WHERE visit IS NULL;
CREATE INDEX duty_due_post ON duty_due (county, campaign, post, village_path, household);

-- The same added up for each duty, post and village, changed with each visit that counts: every figure of coverage is a sum of these.
CREATE TABLE duty_count (
    county TEXT NOT NULL,
    campaign TEXT NOT NULL,
    duty TEXT NOT NULL,
    post TEXT NOT NULL,
    village TEXT NOT NULL,
    village_path TEXT NOT NULL,
    households INTEGER NOT NULL,
    due INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (county, campaign, duty, post, village),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id)
);
