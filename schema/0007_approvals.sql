-- What takes two people: one asks, another approves exactly that within a day, and the first does it
-- once. Nothing here is deleted, and each is approved and used at most once.
CREATE TABLE approval (
  id          INTEGER PRIMARY KEY,
  action      TEXT NOT NULL CHECK (length(action) BETWEEN 1 AND 64),
  request     BLOB NOT NULL CHECK (length(request) = 32),  -- digest of what exactly was asked
  command     TEXT NOT NULL,                               -- the same as it was typed
  summary     TEXT NOT NULL,                               -- what it would do
  asked_at    INTEGER NOT NULL,
  asked_by    INTEGER NOT NULL REFERENCES staff,
  ends_at     INTEGER NOT NULL CHECK (ends_at > asked_at),
  approved_at INTEGER,
  approved_by INTEGER REFERENCES staff,
  used_entry  INTEGER REFERENCES log_entry,                -- by which it was done
  CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  CHECK (approved_by <> asked_by),
  CHECK (used_entry IS NULL OR approved_by IS NOT NULL)
) STRICT;
CREATE INDEX approval_open ON approval (asked_by, request) WHERE used_entry IS NULL;

CREATE TRIGGER approval_stays BEFORE DELETE ON approval BEGIN
  SELECT RAISE(ABORT, 'approvals are kept');
END;
CREATE TRIGGER approval_is_fixed BEFORE UPDATE ON approval
WHEN NEW.id <> OLD.id OR NEW.action <> OLD.action OR NEW.request <> OLD.request
  OR NEW.command <> OLD.command OR NEW.summary <> OLD.summary OR NEW.asked_at <> OLD.asked_at
  OR NEW.asked_by <> OLD.asked_by OR NEW.ends_at <> OLD.ends_at
  OR (OLD.approved_by IS NOT NULL
      AND (NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at))
  OR (OLD.used_entry IS NOT NULL AND NEW.used_entry IS NOT OLD.used_entry) BEGIN
  SELECT RAISE(ABORT, 'what was asked and approved is not changed');
END;
