-- The log is append-only: the database itself refuses a change.
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event e WHERE e.county = NEW.county AND e.seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is never deleted'); END;
