CREATE TABLE product (
  id           INTEGER PRIMARY KEY,
  code         TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 64),
  name         TEXT NOT NULL CHECK (length(name) > 0),
  unit         TEXT CHECK (length(unit) > 0),
  price        INTEGER CHECK (price BETWEEN 0 AND 1000000000000),  -- 1/10,000 yuan
  form         TEXT,
  strength     TEXT,
  maker        TEXT,
  approval     TEXT,
  earns_points INTEGER NOT NULL DEFAULT 1 CHECK (earns_points IN (0, 1)),
  recorded_at  INTEGER NOT NULL,
  recorded_by  INTEGER NOT NULL REFERENCES staff,
  import       INTEGER REFERENCES import_batch
) STRICT;
