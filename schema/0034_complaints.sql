-- What people complain of, suggest, object to, praise, or report of a medicine's effects, from its
-- intake to its end. Its number is the year of the day on which it was received and its place in
-- that year: 2026000123 is written C2026-000123.
CREATE TABLE complaint (
  id             INTEGER PRIMARY KEY CHECK (id BETWEEN 1900000001 AND 9999999999),
  kind           TEXT NOT NULL
                 CHECK (kind IN ('complaint', 'suggestion', 'objection', 'praise',
                                 'adverse_reaction')),
  origin         TEXT NOT NULL CHECK (origin IN ('customer', 'staff')),
  channel        TEXT NOT NULL CHECK (channel IN ('store', 'phone', 'web', 'wechat', 'app')),
  category       TEXT CHECK (category IN ('service', 'advice', 'dispensing', 'quality', 'price',
                                          'stock', 'delivery', 'points', 'privacy', 'environment',
                                          'other')),
  member         INTEGER REFERENCES member,
  name           TEXT CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200),
  contact        TEXT CHECK (length(CAST(contact AS BLOB)) BETWEEN 1 AND 200),
  product        INTEGER REFERENCES product,
  batch          TEXT CHECK (length(CAST(batch AS BLOB)) BETWEEN 1 AND 64),
  receipt        INTEGER REFERENCES receipt,
  text           TEXT CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 16000),
  received_at    INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,
  staff          INTEGER NOT NULL REFERENCES staff,
  backdated_why  TEXT CHECK (length(CAST(backdated_why AS BLOB)) BETWEEN 1 AND 200),
  policy         INTEGER NOT NULL REFERENCES policy,
  promised_at    INTEGER,                            -- as it was told to the person
  calendar       TEXT NOT NULL CHECK (calendar IN ('shop', 'office', 'natural')),  -- of its clocks
  repeats        INTEGER REFERENCES complaint,       -- the same person's, of the same, not long ago
  -- What the steps made of it.
  severity       TEXT NOT NULL CHECK (severity IN ('minor', 'major', 'critical')),
  ack_seconds    INTEGER NOT NULL CHECK (ack_seconds BETWEEN 0 AND 31622400),
  answer_seconds INTEGER NOT NULL CHECK (answer_seconds BETWEEN 0 AND 31622400),
  state          TEXT NOT NULL
                 CHECK (state IN ('received', 'acknowledged', 'investigating', 'planned', 'replied',
                                  'satisfied', 'adopted', 'declined', 'paused', 'closed')),
  round          INTEGER NOT NULL CHECK (round BETWEEN 1 AND 1000),
  department     TEXT CHECK (length(CAST(department AS BLOB)) BETWEEN 1 AND 100),
  owner          INTEGER REFERENCES staff,
  cause          TEXT CHECK (cause IN ('conduct', 'skill', 'dispensing', 'procedure', 'supplier',
                                       'storage', 'stock', 'pricing', 'system', 'delivery',
                                       'misunderstanding', 'expectation', 'unclear'))
) STRICT;
CREATE INDEX complaint_member ON complaint (member, id) WHERE member IS NOT NULL;
CREATE INDEX complaint_open ON complaint (received_at, id) WHERE state <> 'closed';
CREATE INDEX complaint_received ON complaint (received_at, id);
CREATE INDEX complaint_contact ON complaint (contact, id) WHERE contact IS NOT NULL;
CREATE TRIGGER complaint_stays BEFORE DELETE ON complaint BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER complaint_is_fixed BEFORE UPDATE OF id, kind, origin, channel, category, product,
  batch, receipt, received_at, recorded_at, staff, backdated_why, policy, promised_at, calendar,
  repeats
  ON complaint
BEGIN
  SELECT RAISE(ABORT, 'what was received and promised does not change');
END;
CREATE TRIGGER complaint_texts_only_go BEFORE UPDATE OF name, contact, text ON complaint
WHEN coalesce(NEW.name, NEW.contact, NEW.text) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'what was said does not change: it goes with the person, or stays');
END;

-- What of it is about somebody's health, sealed to the key of health notes: pharmacy-store(5).
CREATE TABLE complaint_health (
  complaint INTEGER PRIMARY KEY REFERENCES complaint,
  epoch     INTEGER NOT NULL CHECK (epoch BETWEEN 1 AND 65535),  -- of the health key
  sealed    BLOB NOT NULL CHECK (length(sealed) BETWEEN 304 AND 16432 AND length(sealed) % 256 = 48)
) STRICT;
CREATE TRIGGER complaint_health_is_fixed BEFORE UPDATE ON complaint_health BEGIN
  SELECT RAISE(ABORT, 'what was said does not change: it goes with the person, or stays');
END;

-- Each step of its handling, in the order in which they were taken.
CREATE TABLE complaint_step (
  id         INTEGER PRIMARY KEY CHECK (id > 0),
  complaint  INTEGER NOT NULL REFERENCES complaint,
  step       TEXT NOT NULL
             CHECK (step IN ('ack', 'assign', 'escalate', 'grade', 'link', 'cause', 'pause',
                             'resume', 'investigate', 'evidence', 'plan', 'reply', 'satisfied',
                             'unsatisfied', 'adopt', 'decline', 'inform', 'close_satisfied',
                             'close_withdrawn', 'close_exhausted', 'close_done',
                             'close_mistake', 'reopen')),
  state      TEXT NOT NULL
             CHECK (state IN ('received', 'acknowledged', 'investigating', 'planned', 'replied',
                              'satisfied', 'adopted', 'declined', 'paused', 'closed')),  -- after it
  round      INTEGER NOT NULL CHECK (round BETWEEN 1 AND 1000),
  at         INTEGER NOT NULL,
  staff      INTEGER NOT NULL REFERENCES staff,
  text       TEXT CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 4000),
  department TEXT CHECK (length(CAST(department AS BLOB)) BETWEEN 1 AND 100),
  person     INTEGER REFERENCES staff,                 -- to whom it was handed, or who approved
  method     TEXT CHECK (method IN ('records', 'interview', 'on_site')),
  severity   TEXT CHECK (severity IN ('minor', 'major', 'critical')),
  cause      TEXT,
  cost       INTEGER CHECK (cost BETWEEN 0 AND 100000000000),  -- fen
  basis      TEXT CHECK (length(CAST(basis AS BLOB)) BETWEEN 1 AND 500),
  other      INTEGER REFERENCES complaint CHECK (other <> complaint),
  CHECK ((step = 'assign') >= (department IS NOT NULL)),
  CHECK ((step = 'investigate') = (method IS NOT NULL)),
  CHECK ((step = 'grade') = (severity IS NOT NULL)),
  CHECK ((step = 'cause') = (cause IS NOT NULL)),
  CHECK ((step = 'plan') >= (cost IS NOT NULL OR basis IS NOT NULL)),
  CHECK ((step = 'link') = (other IS NOT NULL))
) STRICT;
CREATE INDEX complaint_step_complaint ON complaint_step (complaint, id);
CREATE TRIGGER complaint_step_stays BEFORE DELETE ON complaint_step BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER complaint_step_is_fixed BEFORE UPDATE ON complaint_step
WHEN NEW.text IS NOT NULL OR NEW.basis IS NOT NULL OR NEW.id <> OLD.id
  OR NEW.complaint <> OLD.complaint OR NEW.step <> OLD.step OR NEW.state <> OLD.state
  OR NEW.round <> OLD.round OR NEW.at <> OLD.at OR NEW.staff <> OLD.staff
  OR NEW.department IS NOT OLD.department OR NEW.person IS NOT OLD.person
  OR NEW.method IS NOT OLD.method OR NEW.severity IS NOT OLD.severity OR NEW.cause IS NOT OLD.cause
  OR NEW.cost IS NOT OLD.cost OR NEW.other IS NOT OLD.other
BEGIN
  SELECT RAISE(ABORT, 'a step changes nothing but that its texts go with the person');
END;

-- Files that show what happened. The digest stays where the file goes with a person.
CREATE TABLE complaint_evidence (
  step    INTEGER PRIMARY KEY REFERENCES complaint_step,
  name    TEXT CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255),
  bytes   INTEGER NOT NULL CHECK (bytes BETWEEN 1 AND 10485760),
  digest  BLOB NOT NULL CHECK (length(digest) = 32),  -- BLAKE2b-256 of the file
  content BLOB CHECK (length(content) = bytes),
  CHECK ((name IS NULL) = (content IS NULL))
) STRICT;
CREATE TRIGGER complaint_evidence_stays BEFORE DELETE ON complaint_evidence BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER complaint_evidence_is_fixed BEFORE UPDATE ON complaint_evidence
WHEN NEW.content IS NOT NULL OR NEW.step <> OLD.step OR NEW.bytes <> OLD.bytes
  OR NEW.digest <> OLD.digest
BEGIN
  SELECT RAISE(ABORT, 'evidence changes nothing but that it goes with the person');
END;
