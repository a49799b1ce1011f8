-- Facts about the store itself.
CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who acted: the keyring has everything else about a person.
CREATE TABLE staff (
  id    INTEGER PRIMARY KEY,            -- slot of the keyring
  login TEXT NOT NULL UNIQUE
) STRICT;

-- Every change by its operation id, so that repeating one has one effect.
CREATE TABLE operation (
  id      TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  request BLOB NOT NULL CHECK (length(request) = 32),  -- digest of what was asked
  mask    BLOB NOT NULL CHECK (length(mask) = 16),     -- random: hides the rest in checksums
  result  TEXT NOT NULL,                               -- what it printed
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff
) STRICT, WITHOUT ROWID;

-- The rules in force from a day on; of two from the same day, the later version.
CREATE TABLE policy (
  version      INTEGER PRIMARY KEY,
  effective_on INTEGER NOT NULL,        -- day
  document     TEXT NOT NULL,           -- TOML
  recorded_at  INTEGER NOT NULL,
  recorded_by  INTEGER NOT NULL REFERENCES staff
) STRICT;

-- One imported file, or one run of an import.
CREATE TABLE import_batch (
  id      INTEGER PRIMARY KEY,
  subject TEXT NOT NULL CHECK (subject IN ('members', 'products', 'purchases')),
  source  TEXT NOT NULL,                -- the system that the rows are from
  file    TEXT NOT NULL,                -- its name, without its folder
  at      INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  added   INTEGER NOT NULL CHECK (added >= 0)
) STRICT;
