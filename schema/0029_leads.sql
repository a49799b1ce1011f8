-- Prospects: people who are no members yet. Of one who was dropped, or is a member now, stays what
-- is counted, and nothing personal.
CREATE TABLE lead (
  id        INTEGER PRIMARY KEY CHECK (id > 0),
  source    TEXT NOT NULL
            CHECK (source IN ('walk_in', 'phone', 'event', 'referral', 'web', 'other')),
  name      TEXT CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200),
  phone     TEXT CHECK (length(CAST(phone AS BLOB)) BETWEEN 8 AND 16),  -- E.164
  need      TEXT CHECK (length(CAST(need AS BLOB)) BETWEEN 1 AND 500),
  keeper    INTEGER NOT NULL REFERENCES staff,
  next_step TEXT CHECK (length(CAST(next_step AS BLOB)) BETWEEN 1 AND 200),
  next_on   INTEGER,                                                    -- a day
  added_at  INTEGER NOT NULL,
  added_by  INTEGER NOT NULL REFERENCES staff,
  member    INTEGER REFERENCES member,                                  -- what became of it
  reason    TEXT CHECK (reason IN ('no_interest', 'unreachable', 'own_wish', 'stale', 'duplicate',
                                   'mistake')),                         -- for which it was dropped
  ended_at  INTEGER,
  ended_by  INTEGER REFERENCES staff,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((ended_at IS NOT NULL) = ((member IS NOT NULL) + (reason IS NOT NULL))),
  CHECK ((ended_at IS NULL) = (name IS NOT NULL)),
  CHECK (ended_at IS NULL
         OR (phone IS NULL AND need IS NULL AND next_step IS NULL AND next_on IS NULL)),
  CHECK (next_step IS NULL OR next_on IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX lead_phone ON lead (phone) WHERE phone IS NOT NULL;
CREATE INDEX lead_open ON lead (next_on, id) WHERE ended_at IS NULL;
CREATE INDEX lead_member ON lead (member) WHERE member IS NOT NULL;
CREATE TRIGGER lead_stays BEFORE DELETE ON lead BEGIN
  SELECT RAISE(ABORT, 'leads keep what is counted');
END;
CREATE TRIGGER lead_is_fixed BEFORE UPDATE OF id, source, added_at, added_by ON lead BEGIN
  SELECT RAISE(ABORT, 'where a lead came from does not change');
END;
CREATE TRIGGER lead_ends_once BEFORE UPDATE OF name, phone, need, keeper, next_step, next_on, reason,
  ended_at, ended_by ON lead WHEN OLD.ended_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a lead that is over changes nothing but the member');
END;

-- Each time that somebody was in contact with one.
CREATE TABLE lead_contact (
  id      INTEGER PRIMARY KEY,
  lead    INTEGER NOT NULL REFERENCES lead,
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  how     TEXT NOT NULL CHECK (how IN ('phone', 'email', 'visit')),
  outcome TEXT NOT NULL CHECK (outcome IN ('interested', 'not_now', 'no_answer', 'refused')),
  note    TEXT CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 500)
) STRICT;
CREATE INDEX lead_contact_lead ON lead_contact (lead, id);
CREATE TRIGGER lead_contact_stays BEFORE DELETE ON lead_contact BEGIN
  SELECT RAISE(ABORT, 'leads keep what is counted');
END;
CREATE TRIGGER lead_contact_is_fixed BEFORE UPDATE ON lead_contact
WHEN NEW.note IS NOT NULL OR NEW.id <> OLD.id OR NEW.lead <> OLD.lead OR NEW.at <> OLD.at
  OR NEW.staff <> OLD.staff OR NEW.how <> OLD.how OR NEW.outcome <> OLD.outcome
BEGIN
  SELECT RAISE(ABORT, 'a contact changes nothing but that its note goes');
END;
CREATE TRIGGER lead_contact_of_open BEFORE INSERT ON lead_contact
WHEN (SELECT ended_at FROM lead WHERE id = NEW.lead) IS NOT NULL
  OR EXISTS (SELECT 1 FROM lead_contact WHERE lead = NEW.lead AND outcome = 'refused')
BEGIN
  SELECT RAISE(ABORT, 'nobody is contacted who refused, or whose lead is over');
END;
