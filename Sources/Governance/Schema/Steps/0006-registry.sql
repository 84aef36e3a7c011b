-- The registry of poor villages, households and people. A row of a …_version table says what held from one day until another,
-- as it was known from one moment until another; the present is what ends never in both.

-- Which key seals the personal fields of a county.
CREATE TABLE registry_key (county TEXT NOT NULL PRIMARY KEY, fingerprint TEXT NOT NULL);

CREATE TABLE village_version (
    county TEXT NOT NULL,
    id TEXT NOT NULL REFERENCES territory (id),
    version INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_until BIGINT NOT NULL,
    is_poor INTEGER,
    status TEXT,
    exited_on TEXT,
    households INTEGER,
    population INTEGER,
    group_count INTEGER,
    collective_income BIGINT,
    road TEXT,
    has_water INTEGER,
    has_power INTEGER,
    has_broadband INTEGER,
    has_clinic INTEGER,
    has_activity_room INTEGER,
    has_cooperative INTEGER,
    PRIMARY KEY (county, id, version)
);
CREATE INDEX village_present ON village_version (county, id) WHERE until = '9999-12-31' AND known_until = 253402300799000;

CREATE TABLE household (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, number)
);
CREATE TABLE household_version (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_until BIGINT NOT NULL,
    village TEXT NOT NULL REFERENCES territory (id),
    village_path TEXT NOT NULL,
    group_name TEXT,
    kind TEXT,
    attribute TEXT,
    standard TEXT,
    status TEXT,
    exited_on TEXT,
    main_cause TEXT,
    second_cause TEXT,
    third_cause TEXT,
    first_identified TEXT,
    headcount INTEGER,
    house_grade TEXT,
    is_occupied INTEGER,
    is_water_safe INTEGER,
    water_litres INTEGER,
    water_minutes INTEGER,
    water_metres INTEGER,
    water_outage_days INTEGER,
    has_power INTEGER,
    road TEXT,
    toilet TEXT,
    has_broadcast INTEGER,
    has_network INTEGER,
    land INTEGER,
    in_cooperative INTEGER,
    relocation TEXT,
    monitoring TEXT,
    monitored_since TEXT,
    risk_removed INTEGER,
    phone BYTEA,
    bank_account BYTEA,
    PRIMARY KEY (county, id, version),
    FOREIGN KEY (county, id) REFERENCES household (county, id)
);
CREATE INDEX household_present ON household_version (county, village_path, id) WHERE until = '9999-12-31' AND known_until = 253402300799000;
CREATE INDEX household_dated ON household_version (county, village_path, since);

-- The mark of the certificate finds the same person wherever else they stand.
CREATE TABLE member (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (county, id),
    UNIQUE (county, number)
);
CREATE TABLE member_version (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_until BIGINT NOT NULL,
    household TEXT NOT NULL,
    certificate_mark BYTEA,
    name TEXT NOT NULL,
    certificate BYTEA,
    sex TEXT,
    birth TEXT,
    relation TEXT,
    ethnic_group TEXT,
    education TEXT,
    school TEXT,
    leaving_reason TEXT,
    health TEXT,
    labour TEXT,
    work_place TEXT,
    work_months INTEGER,
    medical_insurance INTEGER,
    serious_insurance INTEGER,
    pension INTEGER,
    phone BYTEA,
    PRIMARY KEY (county, id, version),
    FOREIGN KEY (county, id) REFERENCES member (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id)
);
CREATE INDEX member_household ON member_version (county, household, since);
CREATE INDEX member_mark ON member_version (county, certificate_mark) WHERE until = '9999-12-31' AND known_until = 253402300799000;
CREATE INDEX member_name ON member_version (county, name) WHERE until = '9999-12-31' AND known_until = 253402300799000;

-- The id is the household's; a row is of one year.
CREATE TABLE income_version (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    known_from BIGINT NOT NULL,
    known_until BIGINT NOT NULL,
    wages INTEGER,
    business INTEGER,
    property INTEGER,
    transfers INTEGER,
    business_cost INTEGER,
    headcount INTEGER,
    PRIMARY KEY (county, id, version),
    FOREIGN KEY (county, id) REFERENCES household (county, id)
);

-- Help that was given or is planned.
CREATE TABLE measure (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    household TEXT NOT NULL,
    kind TEXT NOT NULL,
    project TEXT NOT NULL,
    planned_on TEXT NOT NULL,
    done_on TEXT,
    yuan INTEGER NOT NULL,
    income_effect INTEGER NOT NULL,
    entered_at BIGINT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id)
);
CREATE INDEX measure_household ON measure (county, household, planned_on);

-- Which post helps which household.
CREATE TABLE help_link (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    household TEXT NOT NULL,
    post TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id)
);
CREATE INDEX help_link_household ON help_link (county, household, until);
CREATE INDEX help_link_post ON help_link (county, post, until);

-- Which unit supports which village.
CREATE TABLE support_link (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    village TEXT NOT NULL REFERENCES territory (id),
    unit TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, unit) REFERENCES unit (county, id)
);
CREATE INDEX support_link_village ON support_link (county, village, until);
CREATE INDEX support_link_unit ON support_link (county, unit, until);

-- Changes that wait for another post's approval. What is to change is sealed: it may hold numbers of certificates.
CREATE TABLE change_request (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    village_path TEXT NOT NULL,
    changes BYTEA NOT NULL,
    holds_from TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    asked_by TEXT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    granted INTEGER CHECK (granted IN (0, 1)),
    answer TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, asked_by) REFERENCES person (county, id),
    FOREIGN KEY (county, settled_by) REFERENCES person (county, id)
);
CREATE INDEX change_request_open ON change_request (county, village_path, asked_at) WHERE settled_at IS NULL;
CREATE INDEX change_request_subject ON change_request (county, subject_kind, subject_id, asked_at);

-- One person in two rows: somebody decides which holds. What came second is sealed.
CREATE TABLE double_entry (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    member TEXT NOT NULL,
    household TEXT NOT NULL,
    village_path TEXT NOT NULL,
    entry BYTEA NOT NULL,
    found_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    decision TEXT,
    PRIMARY KEY (county, id),
    UNIQUE (county, member, household),
    FOREIGN KEY (county, member) REFERENCES member (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id)
);
CREATE INDEX double_entry_open ON double_entry (county, village_path, found_at) WHERE settled_at IS NULL;
