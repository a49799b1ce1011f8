-- Recalls of batches. What was sold of them is found among the sales; here is what was recalled, and
-- who was called about it.
CREATE TABLE recall (
  id         INTEGER PRIMARY KEY CHECK (id > 0),
  product    INTEGER NOT NULL REFERENCES product,
  class      TEXT NOT NULL CHECK (class IN ('1', '2', '3')),  -- 1 is the gravest
  reason     TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  started_at INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,  -- everybody is to be told by then: 24 hours for each step of the class
  staff      INTEGER NOT NULL REFERENCES staff,
  CHECK (due_at = started_at + 86400 * CAST(class AS INTEGER))
) STRICT;
CREATE INDEX recall_product ON recall (product, id);

CREATE TABLE recall_batch (
  recall INTEGER NOT NULL REFERENCES recall,
  batch  TEXT NOT NULL CHECK (length(CAST(batch AS BLOB)) BETWEEN 1 AND 64),
  PRIMARY KEY (recall, batch)
) STRICT, WITHOUT ROWID;

-- Each try to tell a member. The newest one of a member counts; none is ever changed.
CREATE TABLE recall_call (
  id      INTEGER PRIMARY KEY,
  recall  INTEGER NOT NULL REFERENCES recall,
  member  INTEGER NOT NULL REFERENCES member,
  outcome TEXT NOT NULL
          CHECK (outcome IN ('reached', 'no_answer', 'wrong_number', 'returned', 'refused')),
  note    TEXT CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 200),
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX recall_call_recall ON recall_call (recall, id);
CREATE INDEX recall_call_member ON recall_call (member);

-- That a recall is over.
CREATE TABLE recall_close (
  recall    INTEGER PRIMARY KEY REFERENCES recall,
  reason    TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  unreached INTEGER NOT NULL CHECK (unreached BETWEEN 0 AND 1000000000),  -- members not told
  at        INTEGER NOT NULL,
  staff     INTEGER NOT NULL REFERENCES staff
) STRICT;

CREATE TRIGGER recall_call_fits BEFORE INSERT ON recall_call
WHEN EXISTS (SELECT 1 FROM recall_close WHERE recall = NEW.recall)
BEGIN
  SELECT RAISE(ABORT, 'nobody is called for a recall that is closed');
END;

CREATE TRIGGER recall_stays BEFORE DELETE ON recall BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER recall_is_fixed BEFORE UPDATE ON recall BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER recall_batch_stays BEFORE DELETE ON recall_batch BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER recall_batch_is_fixed BEFORE UPDATE ON recall_batch BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER recall_close_stays BEFORE DELETE ON recall_close BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER recall_close_is_fixed BEFORE UPDATE ON recall_close BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER recall_call_is_fixed BEFORE UPDATE OF id, recall, outcome, note, at, staff
  ON recall_call
BEGIN
  SELECT RAISE(ABORT, 'a call changes nothing but the member');
END;
