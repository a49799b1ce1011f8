-- The house in order: regular checkups of the store and its machine, the dangers that they found,
-- and what the staff was taught. Registers: rows stay as they are, what happens later is a row of
-- its own.

-- One run of the doctor.
CREATE TABLE checkup (
  id       INTEGER PRIMARY KEY CHECK (id > 0),
  at       INTEGER NOT NULL,
  staff    INTEGER NOT NULL REFERENCES staff,
  part     TEXT NOT NULL CHECK (part IN ('all', 'security')),
  pharmacy TEXT NOT NULL CHECK (length(pharmacy) BETWEEN 1 AND 32),  -- versions at work
  sqlite   TEXT NOT NULL CHECK (length(sqlite) BETWEEN 1 AND 32),
  sodium   TEXT NOT NULL CHECK (length(sodium) BETWEEN 1 AND 32)
) STRICT;

-- What it looked at, and whether that was as it should be.
CREATE TABLE checkup_item (
  checkup INTEGER NOT NULL REFERENCES checkup,
  name    TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 32),
  result  TEXT NOT NULL CHECK (result IN ('good', 'bad', 'unknown')),
  found   INTEGER NOT NULL CHECK (found BETWEEN 0 AND 1000000),  -- how many things
  PRIMARY KEY (checkup, name),
  CHECK ((result = 'bad') = (found > 0))
) STRICT, WITHOUT ROWID;

-- A danger, from the checkup that found it to the step that ends it. What comes back after that is
-- a new one.
CREATE TABLE finding (
  id       INTEGER PRIMARY KEY CHECK (id > 0),
  checkup  INTEGER NOT NULL,
  name     TEXT NOT NULL,               -- of the item
  subject  TEXT NOT NULL CHECK (length(subject) <= 255),  -- a login, a file …; '' for the whole
  detail   TEXT NOT NULL CHECK (length(detail) <= 255),   -- the same in every language
  severity TEXT NOT NULL CHECK (severity IN ('low', 'medium', 'high')),
  earlier  INTEGER REFERENCES finding,  -- the last one of the same
  FOREIGN KEY (checkup, name) REFERENCES checkup_item (checkup, name)
) STRICT;
CREATE INDEX finding_name ON finding (name, subject, id);

-- What was done about it: somebody was made its owner until a day; it was accepted until a day,
-- closed by a person, or gone at a later checkup.
CREATE TABLE finding_step (
  id      INTEGER PRIMARY KEY CHECK (id > 0),
  finding INTEGER NOT NULL REFERENCES finding,
  kind    TEXT NOT NULL CHECK (kind IN ('assigned', 'accepted', 'closed', 'gone')),
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  owner   INTEGER REFERENCES staff,
  day     INTEGER,
  note    TEXT CHECK (length(note) BETWEEN 1 AND 500),
  checkup INTEGER REFERENCES checkup,
  CHECK ((kind = 'assigned') = (owner IS NOT NULL)),
  CHECK ((kind IN ('assigned', 'accepted')) = (day IS NOT NULL)),
  CHECK ((kind IN ('accepted', 'closed')) = (note IS NOT NULL)),
  CHECK ((kind = 'gone') = (checkup IS NOT NULL))
) STRICT;
CREATE INDEX finding_step_finding ON finding_step (finding, kind, id);

-- Who was taught what, by which version of the policy, and how well she knew it.
CREATE TABLE training (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  staff       INTEGER NOT NULL REFERENCES staff,
  topic       TEXT NOT NULL CHECK (length(topic) BETWEEN 1 AND 60),  -- 'privacy', 'policy', a text
  policy      INTEGER NOT NULL REFERENCES policy,
  day         INTEGER NOT NULL,
  score       INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
  note        TEXT CHECK (length(note) BETWEEN 1 AND 500),
  recorded_at INTEGER NOT NULL,
  recorded_by INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX training_staff ON training (staff, topic, policy);

-- A training that was recorded by mistake.
CREATE TABLE training_annulment (
  training INTEGER PRIMARY KEY REFERENCES training,
  note     TEXT NOT NULL CHECK (length(note) BETWEEN 1 AND 500),
  at       INTEGER NOT NULL,
  staff    INTEGER NOT NULL REFERENCES staff
) STRICT;

CREATE TRIGGER finding_is_one BEFORE INSERT ON finding
WHEN EXISTS (SELECT 1 FROM finding f
             WHERE f.name = NEW.name AND f.subject = NEW.subject AND NOT EXISTS
               (SELECT 1 FROM finding_step WHERE finding = f.id AND kind IN ('closed', 'gone')))
BEGIN
  SELECT RAISE(ABORT, 'this was found before, and is not ended');
END;
CREATE TRIGGER finding_step_fits BEFORE INSERT ON finding_step
WHEN EXISTS (SELECT 1 FROM finding_step
             WHERE finding = NEW.finding AND kind IN ('closed', 'gone'))
BEGIN
  SELECT RAISE(ABORT, 'nothing happens to a finding that is ended');
END;

CREATE TRIGGER checkup_stays BEFORE DELETE ON checkup BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER checkup_is_fixed BEFORE UPDATE ON checkup BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER checkup_item_stays BEFORE DELETE ON checkup_item BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER checkup_item_is_fixed BEFORE UPDATE ON checkup_item BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER finding_stays BEFORE DELETE ON finding BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER finding_is_fixed BEFORE UPDATE ON finding BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER finding_step_stays BEFORE DELETE ON finding_step BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER finding_step_is_fixed BEFORE UPDATE ON finding_step BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER training_stays BEFORE DELETE ON training BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER training_is_fixed BEFORE UPDATE ON training BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER training_annulment_stays BEFORE DELETE ON training_annulment BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER training_annulment_is_fixed BEFORE UPDATE ON training_annulment BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
