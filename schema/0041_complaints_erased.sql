-- What was said in a complaint goes where the person asks for it, member or not. What happened, and
-- how it went, stays; no step but its end adds a text to it any more.
ALTER TABLE complaint ADD COLUMN erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1));
UPDATE complaint SET erased = 1 WHERE member IN (SELECT id FROM member WHERE status = 'erased');
CREATE TRIGGER complaint_stays_erased BEFORE UPDATE OF erased ON complaint
WHEN NEW.erased < OLD.erased
BEGIN
  SELECT RAISE(ABORT, 'what was erased does not come back');
END;
