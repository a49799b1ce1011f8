-- Corrections of points by hand, each with its reason. That needs a further kind in two tables whose
-- CHECKs name the kinds, so these are made anew; and since a renamed table takes along whoever
-- refers to it, all four are, which refer to each other and which nothing else refers to.
PRAGMA defer_foreign_keys = ON;  -- lots and debits refer to each other
ALTER TABLE points_lot RENAME TO points_lot_before;
ALTER TABLE points_debit RENAME TO points_debit_before;
ALTER TABLE points_return RENAME TO points_return_before;
ALTER TABLE points_allocation RENAME TO points_allocation_before;

-- Corrections are a kind of their own: what was added by hand is a lot, and what was taken away a
-- debit. The tables are else as they were.
CREATE TABLE points_lot (
  id           INTEGER PRIMARY KEY,
  member       INTEGER NOT NULL REFERENCES member,
  kind         TEXT NOT NULL CHECK (kind IN ('opening', 'earn', 'reinstate', 'adjust')),
  receipt      INTEGER REFERENCES receipt,  -- the sale that earned, or the refund that reinstated
  earned_on    INTEGER NOT NULL,
  expires_on   INTEGER NOT NULL CHECK (expires_on >= earned_on),  -- the last day it lives
  points       INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  -- The terms of an earning: points = floor(eligible × earning / paid × rate), fen and basis
  -- points of one point a yuan. A refund computes what is left to earn from them.
  -- `eligible` was paid for lines whose products earn, `earning` by kinds that earn.
  eligible     INTEGER CHECK (eligible BETWEEN 0 AND 1000000000000),
  earning      INTEGER CHECK (earning BETWEEN 0 AND paid),   -- of what was paid, the part by kinds that earn
  paid         INTEGER CHECK (paid BETWEEN 0 AND 1000000000000),
  rate_bp      INTEGER CHECK (rate_bp BETWEEN 0 AND 9999999),
  of_debit     INTEGER REFERENCES points_debit,  -- the redemption that a reinstated lot undoes
  recorded_at  INTEGER NOT NULL,
  staff        INTEGER NOT NULL REFERENCES staff,
  import       INTEGER REFERENCES import_batch,
  reason       TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),  -- of a correction
  CHECK ((kind = 'earn') = (eligible IS NOT NULL AND earning IS NOT NULL AND paid IS NOT NULL
                            AND rate_bp IS NOT NULL AND receipt IS NOT NULL)),
  CHECK ((kind = 'reinstate') = (of_debit IS NOT NULL)),
  CHECK ((kind = 'adjust') = (reason IS NOT NULL)),
  CHECK (kind <> 'adjust' OR receipt IS NULL)
) STRICT;

CREATE TABLE points_debit (
  id      INTEGER PRIMARY KEY,
  member  INTEGER NOT NULL REFERENCES member,
  kind    TEXT NOT NULL CHECK (kind IN ('redeem', 'expire', 'revoke', 'adjust')),
  receipt INTEGER REFERENCES receipt,   -- the sale that was paid, or the refund that revoked
  of_lot  INTEGER REFERENCES points_lot,  -- the earning that a revocation undoes
  day     INTEGER NOT NULL,
  points  INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  recorded_at INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  reason  TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),  -- of a correction
  CHECK ((kind IN ('expire', 'adjust')) = (receipt IS NULL)),
  CHECK ((kind = 'revoke') = (of_lot IS NOT NULL)),
  CHECK ((kind = 'adjust') = (reason IS NOT NULL))
) STRICT;

CREATE TABLE points_return (
  id      INTEGER PRIMARY KEY,
  member  INTEGER NOT NULL REFERENCES member,
  debit   INTEGER NOT NULL REFERENCES points_debit,
  receipt INTEGER NOT NULL REFERENCES receipt,  -- the refund
  day     INTEGER NOT NULL,
  points  INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  recorded_at INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff
) STRICT;

CREATE TABLE points_allocation (
  id       INTEGER PRIMARY KEY,
  debit    INTEGER NOT NULL REFERENCES points_debit,
  lot      INTEGER NOT NULL REFERENCES points_lot,
  points   INTEGER NOT NULL CHECK (points <> 0),
  day      INTEGER NOT NULL,            -- when it was booked
  returned INTEGER REFERENCES points_return,  -- the return that this is a part of
  CHECK (returned IS NULL OR points < 0)
) STRICT;

-- Whoever is referred to comes first: a reinstated lot refers to a debit, which refers to no such lot.
INSERT INTO points_lot (
  id, member, kind, receipt, earned_on, expires_on, points, eligible, earning, paid,
  rate_bp, of_debit, recorded_at, staff, import)
SELECT
  id, member, kind, receipt, earned_on, expires_on, points, eligible, earning, paid,
  rate_bp, of_debit, recorded_at, staff, import
  FROM points_lot_before WHERE of_debit IS NULL ORDER BY id;
INSERT INTO points_debit (
  id, member, kind, receipt, of_lot, day, points, recorded_at, staff)
SELECT
  id, member, kind, receipt, of_lot, day, points, recorded_at, staff
  FROM points_debit_before ORDER BY id;
INSERT INTO points_lot (
  id, member, kind, receipt, earned_on, expires_on, points, eligible, earning, paid,
  rate_bp, of_debit, recorded_at, staff, import)
SELECT
  id, member, kind, receipt, earned_on, expires_on, points, eligible, earning, paid,
  rate_bp, of_debit, recorded_at, staff, import
  FROM points_lot_before WHERE of_debit IS NOT NULL ORDER BY id;
INSERT INTO points_return (
  id, member, debit, receipt, day, points, recorded_at, staff)
SELECT
  id, member, debit, receipt, day, points, recorded_at, staff
  FROM points_return_before ORDER BY id;
INSERT INTO points_allocation (
  id, debit, lot, points, day, returned)
SELECT
  id, debit, lot, points, day, returned
  FROM points_allocation_before ORDER BY id;

DROP TABLE points_allocation_before;
DROP TABLE points_return_before;
DROP TABLE points_debit_before;
DROP TABLE points_lot_before;

CREATE INDEX points_lot_member ON points_lot (member, expires_on, earned_on, id, points);
CREATE INDEX points_lot_receipt ON points_lot (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_lot_of_debit ON points_lot (of_debit, points) WHERE of_debit IS NOT NULL;
CREATE INDEX points_lot_expires ON points_lot (expires_on, points);
CREATE INDEX points_debit_member ON points_debit (member, id);
CREATE INDEX points_debit_owed ON points_debit (member, id, of_lot, day, points) WHERE kind = 'revoke';
CREATE INDEX points_debit_receipt ON points_debit (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_debit_of_lot ON points_debit (of_lot, points) WHERE of_lot IS NOT NULL;
CREATE INDEX points_debit_day ON points_debit (day, kind, points);
CREATE INDEX points_return_member ON points_return (member, id);
CREATE INDEX points_return_debit ON points_return (debit, points);
CREATE INDEX points_return_receipt ON points_return (receipt);
CREATE INDEX points_allocation_lot ON points_allocation (lot, day, points);
CREATE INDEX points_allocation_debit ON points_allocation (debit, lot, points);
-- The corrections of a member on a day, which are counted together.
CREATE INDEX points_lot_adjusted ON points_lot (member, earned_on, points) WHERE kind = 'adjust';
CREATE INDEX points_debit_adjusted ON points_debit (member, day, points) WHERE kind = 'adjust';

CREATE TRIGGER points_allocation_fits AFTER INSERT ON points_allocation BEGIN
  SELECT RAISE(ABORT, 'a lot gives at most its points, and gets back at most what it gave')
   WHERE (SELECT sum(points) FROM points_allocation WHERE lot = NEW.lot)
         NOT BETWEEN 0 AND (SELECT points FROM points_lot WHERE id = NEW.lot);
  SELECT RAISE(ABORT, 'a debit takes at most its points')
   WHERE (SELECT sum(points) FROM points_allocation WHERE debit = NEW.debit)
         NOT BETWEEN 0 AND (SELECT points FROM points_debit WHERE id = NEW.debit);
  SELECT RAISE(ABORT, 'a debit takes from the lots of its own member')
   WHERE (SELECT member FROM points_lot WHERE id = NEW.lot)
         <> (SELECT member FROM points_debit WHERE id = NEW.debit);
END;

CREATE TRIGGER points_lot_stays BEFORE DELETE ON points_lot BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER points_lot_is_fixed BEFORE UPDATE OF id, kind, receipt, earned_on, expires_on,
  points, eligible, earning, paid, rate_bp, of_debit, recorded_at, staff, import, reason ON points_lot
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER points_debit_stays BEFORE DELETE ON points_debit BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER points_debit_is_fixed BEFORE UPDATE OF id, kind, receipt, of_lot, day, points,
  recorded_at, staff, reason ON points_debit
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER points_return_stays BEFORE DELETE ON points_return BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER points_return_is_fixed BEFORE UPDATE OF id, debit, receipt, day, points,
  recorded_at, staff ON points_return
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER points_allocation_stays BEFORE DELETE ON points_allocation BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER points_allocation_is_fixed BEFORE UPDATE ON points_allocation BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
