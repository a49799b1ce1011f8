-- What a member agreed to, for one purpose at a time, and what was taken back. The newest row of a
-- purpose holds. Nothing but `member` is ever changed.
CREATE TABLE consent (
  id           INTEGER PRIMARY KEY,
  member       INTEGER NOT NULL REFERENCES member,
  purpose      TEXT NOT NULL
               CHECK (purpose IN ('membership', 'health', 'marketing', 'profiling', 'follow_up')),
  given        INTEGER NOT NULL CHECK (given IN (0, 1)),  -- else withdrawn
  text_version INTEGER CHECK (text_version BETWEEN 1 AND 1000000),  -- of what was agreed to
  channel      TEXT NOT NULL
               CHECK (channel IN ('counter', 'paper', 'phone', 'wechat', 'app', 'web')),
  guardian     INTEGER REFERENCES member,  -- who agreed for a child
  at           INTEGER NOT NULL,
  staff        INTEGER NOT NULL REFERENCES staff,
  CHECK ((given = 1) = (text_version IS NOT NULL)),
  CHECK (guardian IS NULL OR given = 1)
) STRICT;
CREATE INDEX consent_member ON consent (member, purpose, id, given);
CREATE INDEX consent_guardian ON consent (guardian) WHERE guardian IS NOT NULL;
CREATE TRIGGER consent_is_fixed BEFORE UPDATE OF id, purpose, given, text_version, channel, at, staff
  ON consent
BEGIN
  SELECT RAISE(ABORT, 'what was agreed to changes nothing but the member');
END;
