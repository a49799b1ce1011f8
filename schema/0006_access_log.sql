-- The access log: every change, everybody who was shown to somebody, and every refusal. An entry is
-- written before the answer is given. Each holds a MAC of itself and of the MAC before it, and a
-- signature by whoever acted: pharmacy-store(5) has the bytes.
CREATE TABLE log_entry (
  seq       INTEGER PRIMARY KEY CHECK (seq > 0),  -- from 1, without gaps
  at        INTEGER NOT NULL,
  staff     INTEGER NOT NULL REFERENCES staff,
  kind      TEXT NOT NULL CHECK (kind IN ('change', 'view', 'refusal')),
  command   TEXT NOT NULL CHECK (length(command) BETWEEN 1 AND 64),
  operation TEXT CHECK (length(operation) BETWEEN 1 AND 64),
  epoch     INTEGER NOT NULL CHECK (epoch > 0),         -- of the key of the MAC
  detail    BLOB CHECK (length(detail) = 32),           -- digest of its row of log_detail
  subjects  BLOB NOT NULL CHECK (length(subjects) = 32),  -- digest of its rows of log_subject
  mac       BLOB NOT NULL CHECK (length(mac) = 32),
  signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT;
CREATE INDEX log_entry_staff ON log_entry (staff, seq);

-- Which members an entry is about, by spans of their numbers, which do not touch. Numbers of members
-- who were erased stay.
CREATE TABLE log_subject (
  seq   INTEGER NOT NULL REFERENCES log_entry,
  first INTEGER NOT NULL CHECK (first > 0),
  last  INTEGER NOT NULL CHECK (last >= first),
  PRIMARY KEY (seq, first)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_subject_member ON log_subject (first, last, seq);

-- What else an entry tells. The salt keeps a text that was erased from being guessed.
CREATE TABLE log_detail (
  seq  INTEGER PRIMARY KEY REFERENCES log_entry,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 1000)
) STRICT;

-- The keys of the log under data keys that are no more.
CREATE TABLE log_key (
  epoch INTEGER PRIMARY KEY CHECK (epoch > 0),
  key   BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

-- What somebody signed with before she got new keys, up to an entry of the log; a manager vouches for
-- it.
CREATE TABLE retired_key (
  staff     INTEGER NOT NULL,                             -- slot of the keyring
  sign_key  BLOB NOT NULL CHECK (length(sign_key) = 32),
  last_seq  INTEGER NOT NULL CHECK (last_seq >= 0),
  voucher   INTEGER NOT NULL,                             -- slot of the manager
  signature BLOB NOT NULL CHECK (length(signature) = 64),
  PRIMARY KEY (staff, sign_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER log_entry_stays BEFORE DELETE ON log_entry BEGIN
  SELECT RAISE(ABORT, 'the log keeps its entries');
END;
CREATE TRIGGER log_entry_is_fixed BEFORE UPDATE ON log_entry BEGIN
  SELECT RAISE(ABORT, 'the log changes nothing');
END;
CREATE TRIGGER log_subject_stays BEFORE DELETE ON log_subject BEGIN
  SELECT RAISE(ABORT, 'the log keeps its entries');
END;
CREATE TRIGGER log_subject_is_fixed BEFORE UPDATE ON log_subject BEGIN
  SELECT RAISE(ABORT, 'the log changes nothing');
END;
CREATE TRIGGER log_detail_stays BEFORE DELETE ON log_detail BEGIN
  SELECT RAISE(ABORT, 'the log keeps its entries');
END;
CREATE TRIGGER log_detail_is_fixed BEFORE UPDATE ON log_detail BEGIN
  SELECT RAISE(ABORT, 'the log changes nothing');
END;

-- By which entry of the log an operation was done.
ALTER TABLE operation ADD COLUMN log_entry INTEGER REFERENCES log_entry;
