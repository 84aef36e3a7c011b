-- The log is append-only: the server's own role may not change it. (The owner of the database is another role.)
REVOKE UPDATE, DELETE, TRUNCATE ON event FROM PUBLIC;
