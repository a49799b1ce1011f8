-- What is done so that what people complained of does not come again: of one complaint, or of a
-- cause in general. Whether it helped is counted once, when as many days after it are over as are
-- compared with those before it.
CREATE TABLE complaint_action (
  id              INTEGER PRIMARY KEY CHECK (id > 0),
  complaint       INTEGER REFERENCES complaint,
  cause           TEXT NOT NULL
                  CHECK (cause IN ('conduct', 'skill', 'dispensing', 'procedure', 'supplier',
                                   'storage', 'stock', 'pricing', 'system', 'delivery',
                                   'misunderstanding', 'expectation', 'unclear')),
  text            TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 1000),
  owner           INTEGER NOT NULL REFERENCES staff,
  due             INTEGER NOT NULL,     -- the last day on which it is in time
  added_at        INTEGER NOT NULL,
  added_by        INTEGER NOT NULL REFERENCES staff,
  done_at         INTEGER,
  done_on         INTEGER,              -- the same as a day of the store's zone
  done_by         INTEGER REFERENCES staff,
  done_note       TEXT CHECK (length(CAST(done_note AS BLOB)) BETWEEN 1 AND 1000),
  effect_days     INTEGER CHECK (effect_days BETWEEN 1 AND 3650),  -- as the policy had it then
  dropped_at      INTEGER,
  dropped_by      INTEGER REFERENCES staff,
  dropped_why     TEXT CHECK (length(CAST(dropped_why AS BLOB)) BETWEEN 1 AND 1000),
  checked_at      INTEGER,
  checked_by      INTEGER REFERENCES staff,
  before_count    INTEGER CHECK (before_count >= 0),     -- complaints and objections
  before_receipts INTEGER CHECK (before_receipts >= 0),
  after_count     INTEGER CHECK (after_count >= 0),
  after_receipts  INTEGER CHECK (after_receipts >= 0),
  verdict         TEXT CHECK (verdict IN ('effective', 'not_effective')),
  CHECK ((done_at IS NULL) = (done_on IS NULL)),
  CHECK ((done_at IS NULL) = (done_by IS NULL)),
  CHECK ((done_at IS NULL) = (effect_days IS NULL)),
  CHECK (done_note IS NULL OR done_at IS NOT NULL),
  CHECK (dropped_at IS NULL OR done_at IS NULL),
  CHECK ((dropped_at IS NULL) = (dropped_by IS NULL)),
  CHECK ((dropped_at IS NULL) = (dropped_why IS NULL)),
  CHECK (checked_at IS NULL OR done_at IS NOT NULL),
  CHECK ((checked_at IS NULL) = (checked_by IS NULL)),
  CHECK ((checked_at IS NULL) = (before_count IS NULL)),
  CHECK ((checked_at IS NULL) = (before_receipts IS NULL)),
  CHECK ((checked_at IS NULL) = (after_count IS NULL)),
  CHECK ((checked_at IS NULL) = (after_receipts IS NULL)),
  CHECK ((checked_at IS NULL) = (verdict IS NULL))
) STRICT;
CREATE INDEX complaint_action_open ON complaint_action (due, id)
WHERE done_at IS NULL AND dropped_at IS NULL;
CREATE TRIGGER complaint_action_stays BEFORE DELETE ON complaint_action BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER complaint_action_is_fixed BEFORE UPDATE OF id, complaint, cause, text, owner, due,
  added_at, added_by ON complaint_action
BEGIN
  SELECT RAISE(ABORT, 'what was to be done does not change');
END;
CREATE TRIGGER complaint_action_ends_once BEFORE UPDATE OF done_at, done_on, done_by, done_note,
  effect_days, dropped_at, dropped_by, dropped_why ON complaint_action
WHEN OLD.done_at IS NOT NULL OR OLD.dropped_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'what was done stays as it was told');
END;
CREATE TRIGGER complaint_action_is_checked_once BEFORE UPDATE OF checked_at, checked_by,
  before_count, before_receipts, after_count, after_receipts, verdict ON complaint_action
WHEN OLD.checked_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'an effect that was counted stays as it was');
END;
-- Causes are counted before and after an action.
CREATE INDEX complaint_cause ON complaint (cause, received_at) WHERE cause IS NOT NULL;
