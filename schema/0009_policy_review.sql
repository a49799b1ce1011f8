-- That somebody looked at a policy again, and what came of it.
CREATE TABLE policy_review (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  version     INTEGER NOT NULL REFERENCES policy,
  note        TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 1000),
  recorded_at INTEGER NOT NULL,
  recorded_by INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX policy_review_version ON policy_review (version, id);

CREATE TRIGGER policy_review_stays BEFORE DELETE ON policy_review BEGIN
  SELECT RAISE(ABORT, 'reviews stay');
END;
CREATE TRIGGER policy_review_is_fixed BEFORE UPDATE ON policy_review BEGIN
  SELECT RAISE(ABORT, 'reviews are not rewritten');
END;

-- Decisions cite a policy by its number: what it said stays.
CREATE TRIGGER policy_stays BEFORE DELETE ON policy BEGIN
  SELECT RAISE(ABORT, 'policies stay');
END;
CREATE TRIGGER policy_is_fixed BEFORE UPDATE ON policy BEGIN
  SELECT RAISE(ABORT, 'policies are not rewritten');
END;
