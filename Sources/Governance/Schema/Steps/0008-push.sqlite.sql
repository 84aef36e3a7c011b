-- A visit is to a household or to a point. A column's NOT NULL cannot be taken away here: the table is made anew, and what
-- points to it is set aside meanwhile.
CREATE TEMP TABLE paid AS SELECT county, campaign, subject, duty, post, visit FROM duty_due WHERE visit IS NOT NULL;
UPDATE duty_due SET visit = NULL WHERE visit IS NOT NULL;
CREATE TABLE visit_next (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    campaign TEXT,
    household TEXT,
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
    point TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, campaign) REFERENCES campaign (county, id),
    FOREIGN KEY (county, household) REFERENCES household (county, id),
    FOREIGN KEY (county, person) REFERENCES person (county, id),
    FOREIGN KEY (county, post) REFERENCES post (county, id),
    FOREIGN KEY (county, point) REFERENCES point (county, id),
    CHECK ((household IS NULL) <> (point IS NULL))
);
INSERT INTO visit_next (county, id, campaign, household, person, post, visited_at, day, recorded_at, way, result, answers, promise, note, approval, longitude, latitude, point)
SELECT county, id, campaign, household, person, post, visited_at, day, recorded_at, way, result, answers, promise, note, approval, longitude, latitude, NULL FROM visit;
DROP TABLE visit;
ALTER TABLE visit_next RENAME TO visit;
-- Without the rows of points: a sample that begins with them would say that every household has thousands of visits.
CREATE INDEX visit_household ON visit (county, household, visited_at) WHERE household IS NOT NULL;
CREATE INDEX visit_person ON visit (county, person, visited_at);
CREATE INDEX visit_day ON visit (county, campaign, day);
CREATE INDEX visit_point_at ON visit (county, point, visited_at) WHERE point IS NOT NULL;
UPDATE duty_due SET visit = (
    SELECT p.visit FROM temp.paid p WHERE p.county = duty_due.county AND p.campaign = duty_due.campaign AND p.subject = duty_due.subject
    AND p.duty = duty_due.duty AND p.post = duty_due.post)
WHERE (county, campaign, subject, duty, post) IN (SELECT county, campaign, subject, duty, post FROM temp.paid);
DROP TABLE temp.paid;
