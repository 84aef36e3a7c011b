-- A password that somebody else set is changed at the next sign-in; its owner is told by whom and when it was set.
ALTER TABLE account ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN password_at BIGINT;
-- Who set a password in the place of another last: they cannot have their own requests confirmed by this account for a while.
ALTER TABLE account ADD COLUMN reset_by TEXT;
ALTER TABLE account ADD COLUMN reset_at BIGINT;
-- The second factor: its secret, sealed; one that waits for its first code; and the time step of the last code taken.
ALTER TABLE account ADD COLUMN factor BYTEA;
ALTER TABLE account ADD COLUMN factor_draft BYTEA;
ALTER TABLE account ADD COLUMN factor_step BIGINT NOT NULL DEFAULT 0;
-- Attempts are counted in memory before a password is hashed, and slow down; nobody is locked out.
ALTER TABLE account DROP COLUMN failures;
ALTER TABLE account DROP COLUMN locked_until;

CREATE INDEX account_person ON account (county, person);

-- Codes for whoever lost the telephone: each opens the door once. Only their hashes are kept.
CREATE TABLE recovery_code (
    county TEXT NOT NULL,
    account TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (county, account, code),
    FOREIGN KEY (county, account) REFERENCES account (county, id)
);

-- Networks that an account signed in from, as keyed prints: attempts from elsewhere do not slow these down.
CREATE TABLE known_network (
    county TEXT NOT NULL,
    account TEXT NOT NULL,
    network TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (county, account, network),
    FOREIGN KEY (county, account) REFERENCES account (county, id)
);

-- Sign-ins with logins that do not exist, by day: as many writes as a wrong password makes, and no more than a row a day.
CREATE TABLE stray_sign_in (
    county TEXT NOT NULL,
    day TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (county, day)
);

-- What a session is called, what a token may do, when it was used last, and whether it still waits for the second factor.
ALTER TABLE session ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN scope TEXT NOT NULL DEFAULT 'all';
ALTER TABLE session ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN is_waiting INTEGER NOT NULL DEFAULT 0;
UPDATE session SET seen_at = opened_at;

-- Kinds of post whose holders need a second factor, besides administrators.
CREATE TABLE factor_kind (
    county TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (county, kind)
);

-- Power that somebody gives waits here until somebody else confirms it.
CREATE TABLE power_request (
    county TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tenure', 'post', 'second_factor')),
    subject TEXT NOT NULL,
    person TEXT,
    details TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    settled_by TEXT,
    settled_at BIGINT,
    granted INTEGER CHECK (granted IN (0, 1)),
    answer TEXT,
    PRIMARY KEY (county, id),
    FOREIGN KEY (county, asked_by) REFERENCES person (county, id)
);
CREATE INDEX power_request_open ON power_request (county, settled_at, asked_at);
