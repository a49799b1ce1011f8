-- By what other stores seal files to this one and know its own; the newest holds, the older ones
-- open what was sealed to them.
CREATE TABLE transfer_key (
  id      INTEGER PRIMARY KEY,
  box     BLOB NOT NULL CHECK (length(box) = 32),   -- secret X25519 key
  sign    BLOB NOT NULL CHECK (length(sign) = 64),  -- seed and public half of the Ed25519 key
  made_at INTEGER NOT NULL
) STRICT;

-- The sealed files that were received, so that one is not taken twice unseen.
CREATE TABLE received_file (
  digest      BLOB PRIMARY KEY CHECK (length(digest) = 32),  -- what its sender signed
  received_at INTEGER NOT NULL,
  staff       INTEGER NOT NULL REFERENCES staff
) STRICT, WITHOUT ROWID;

CREATE TRIGGER received_file_stays BEFORE DELETE ON received_file BEGIN
  SELECT RAISE(ABORT, 'what was received stays so');
END;
CREATE TRIGGER received_file_is_fixed BEFORE UPDATE ON received_file BEGIN
  SELECT RAISE(ABORT, 'what was received stays so');
END;
