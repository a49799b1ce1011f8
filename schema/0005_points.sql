-- Points are lots: each debit says which lots it took from, so that what expires, what is given
-- back and what is left can be told for any day.
CREATE TABLE points_lot (
  id         INTEGER PRIMARY KEY,
  member     INTEGER NOT NULL REFERENCES member,
  kind       TEXT NOT NULL CHECK (kind IN ('opening', 'earn', 'reinstate')),
  receipt    INTEGER REFERENCES receipt,
  earned_on  INTEGER NOT NULL,
  expires_on INTEGER NOT NULL CHECK (expires_on >= earned_on),
  points     INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  recorded_at INTEGER NOT NULL,
  staff      INTEGER NOT NULL REFERENCES staff,
  import     INTEGER REFERENCES import_batch
) STRICT;
CREATE INDEX points_lot_member ON points_lot (member, expires_on, earned_on, id, points);
CREATE INDEX points_lot_receipt ON points_lot (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_lot_expires ON points_lot (expires_on, points);

-- A movement out of a purse. What `points` exceeds the allocations by is owed, and paid off by
-- the next earning.
CREATE TABLE points_debit (
  id      INTEGER PRIMARY KEY,
  member  INTEGER NOT NULL REFERENCES member,
  kind    TEXT NOT NULL CHECK (kind IN ('redeem', 'expire', 'revoke')),
  receipt INTEGER REFERENCES receipt,
  day     INTEGER NOT NULL,
  points  INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  recorded_at INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX points_debit_member ON points_debit (member, id);
CREATE INDEX points_debit_receipt ON points_debit (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_debit_day ON points_debit (day, kind, points);

-- `points` is below 0 where a refund gave back to the lot what a redemption had taken.
CREATE TABLE points_allocation (
  id     INTEGER PRIMARY KEY,
  debit  INTEGER NOT NULL REFERENCES points_debit,
  lot    INTEGER NOT NULL REFERENCES points_lot,
  points INTEGER NOT NULL CHECK (points <> 0),
  day    INTEGER NOT NULL,
  receipt INTEGER REFERENCES receipt    -- the refund that gave back
) STRICT;
CREATE INDEX points_allocation_lot ON points_allocation (lot, day, points);
CREATE INDEX points_allocation_debit ON points_allocation (debit, lot, points);
