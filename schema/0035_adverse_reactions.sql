-- Complaints come from other systems too: an import of them is one of these.
PRAGMA defer_foreign_keys = ON;  -- rows that came with an import refer to it
CREATE TABLE import_batch_before (
  id      INTEGER PRIMARY KEY,
  subject TEXT NOT NULL,
  source  TEXT NOT NULL,
  file    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL,
  added   INTEGER NOT NULL
) STRICT;
INSERT INTO import_batch_before (id, subject, source, file, at, staff, added)
  SELECT id, subject, source, file, at, staff, added FROM import_batch;
DROP TABLE import_batch;
CREATE TABLE import_batch (
  id      INTEGER PRIMARY KEY,
  subject TEXT NOT NULL CHECK (subject IN ('members', 'products', 'purchases', 'complaints')),
  source  TEXT NOT NULL,                -- the system that the rows are from
  file    TEXT NOT NULL,                -- its name, without its folder
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  added   INTEGER NOT NULL CHECK (added >= 0)
) STRICT;
INSERT INTO import_batch (id, subject, source, file, at, staff, added)
  SELECT id, subject, source, file, at, staff, added FROM import_batch_before;
DROP TABLE import_batch_before;

ALTER TABLE complaint ADD COLUMN reference TEXT                  -- its number in that system
  CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 64);
ALTER TABLE complaint ADD COLUMN import INTEGER REFERENCES import_batch;
CREATE INDEX complaint_reaction ON complaint (received_at, id) WHERE kind = 'adverse_reaction';
CREATE INDEX complaint_reference ON complaint (reference) WHERE reference IS NOT NULL;
DROP TRIGGER complaint_is_fixed;
CREATE TRIGGER complaint_is_fixed BEFORE UPDATE OF id, kind, origin, channel, category, product,
  batch, receipt, received_at, recorded_at, staff, backdated_why, policy, promised_at, calendar,
  repeats, reference, import
  ON complaint
BEGIN
  SELECT RAISE(ABORT, 'what was received and promised does not change');
END;

-- How an adverse reaction to a medicine was judged, each time anew: the newest row holds.
CREATE TABLE adverse_reaction (
  id        INTEGER PRIMARY KEY CHECK (id > 0),
  complaint INTEGER NOT NULL REFERENCES complaint,
  grade     TEXT NOT NULL CHECK (grade IN ('death', 'serious', 'general')),
  is_new    INTEGER NOT NULL CHECK (is_new IN (0, 1)),  -- the leaflet does not name it
  onset     INTEGER NOT NULL,                           -- day
  outcome   TEXT NOT NULL CHECK (outcome IN ('recovered', 'improved', 'not_recovered', 'sequelae',
                                             'died', 'unknown')),
  at        INTEGER NOT NULL,
  staff     INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX adverse_reaction_complaint ON adverse_reaction (complaint, id);
CREATE TRIGGER adverse_reaction_stays BEFORE DELETE ON adverse_reaction BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER adverse_reaction_is_fixed BEFORE UPDATE ON adverse_reaction BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;

-- Medicines that are suspected with it, besides the product of the complaint.
CREATE TABLE adverse_reaction_suspect (
  reaction INTEGER NOT NULL REFERENCES adverse_reaction,
  line     INTEGER NOT NULL CHECK (line BETWEEN 1 AND 20),
  product  INTEGER NOT NULL REFERENCES product,
  batch    TEXT CHECK (length(CAST(batch AS BLOB)) BETWEEN 1 AND 64),
  PRIMARY KEY (reaction, line)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER adverse_reaction_suspect_stays BEFORE DELETE ON adverse_reaction_suspect BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER adverse_reaction_suspect_is_fixed BEFORE UPDATE ON adverse_reaction_suspect BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;

-- What it says of the patient, sealed to the key of health notes: pharmacy-store(5). Only what was
-- told with that judgement: what is known is all of it together, the newer before the older.
CREATE TABLE adverse_reaction_health (
  reaction INTEGER PRIMARY KEY REFERENCES adverse_reaction,
  epoch    INTEGER NOT NULL CHECK (epoch BETWEEN 1 AND 65535),  -- of the health key
  sealed   BLOB NOT NULL CHECK (length(sealed) BETWEEN 304 AND 65584 AND length(sealed) % 256 = 48)
) STRICT;
CREATE TRIGGER adverse_reaction_health_is_fixed BEFORE UPDATE ON adverse_reaction_health BEGIN
  SELECT RAISE(ABORT, 'what was said does not change: it goes with the person, or stays');
END;

-- Reports of it to the authority: the first one, and those that follow it up.
CREATE TABLE adverse_reaction_report (
  id        INTEGER PRIMARY KEY CHECK (id > 0),
  complaint INTEGER NOT NULL REFERENCES complaint,
  sent_at   INTEGER NOT NULL,
  reference TEXT NOT NULL CHECK (length(CAST(reference AS BLOB)) BETWEEN 1 AND 64),
  at        INTEGER NOT NULL,
  staff     INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE UNIQUE INDEX adverse_reaction_report_reference
  ON adverse_reaction_report (complaint, reference);
CREATE TRIGGER adverse_reaction_report_stays BEFORE DELETE ON adverse_reaction_report BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER adverse_reaction_report_is_fixed BEFORE UPDATE ON adverse_reaction_report BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
