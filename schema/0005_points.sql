-- Points are lots: each debit says which lots it took from, so that what expires, what is given
-- back and what is left can be told for any day. Balance = lots - debits + returns = what is left
-- of the lots that live - what is owed. Nothing here is ever deleted, and nothing but `member`
-- is ever changed.
CREATE TABLE points_lot (
  id           INTEGER PRIMARY KEY,
  member       INTEGER NOT NULL REFERENCES member,
  kind         TEXT NOT NULL CHECK (kind IN ('opening', 'earn', 'reinstate')),
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
  CHECK ((kind = 'earn') = (eligible IS NOT NULL AND earning IS NOT NULL AND paid IS NOT NULL
                            AND rate_bp IS NOT NULL AND receipt IS NOT NULL)),
  CHECK ((kind = 'reinstate') = (of_debit IS NOT NULL))
) STRICT;
CREATE INDEX points_lot_member ON points_lot (member, expires_on, earned_on, id, points);
CREATE INDEX points_lot_receipt ON points_lot (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_lot_of_debit ON points_lot (of_debit, points) WHERE of_debit IS NOT NULL;
CREATE INDEX points_lot_expires ON points_lot (expires_on, points);

-- A movement out of a purse. What `points` of a revocation exceeds its allocations by is owed,
-- and paid off by the next points that come in.
CREATE TABLE points_debit (
  id      INTEGER PRIMARY KEY,
  member  INTEGER NOT NULL REFERENCES member,
  kind    TEXT NOT NULL CHECK (kind IN ('redeem', 'expire', 'revoke')),
  receipt INTEGER REFERENCES receipt,   -- the sale that was paid, or the refund that revoked
  of_lot  INTEGER REFERENCES points_lot,  -- the earning that a revocation undoes
  day     INTEGER NOT NULL,
  points  INTEGER NOT NULL CHECK (points BETWEEN 1 AND 1000000000000),
  recorded_at INTEGER NOT NULL,
  staff   INTEGER NOT NULL REFERENCES staff,
  CHECK ((kind = 'expire') = (receipt IS NULL)),
  CHECK ((kind = 'revoke') = (of_lot IS NOT NULL))
) STRICT;
CREATE INDEX points_debit_member ON points_debit (member, id);
CREATE INDEX points_debit_owed ON points_debit (member, id, of_lot, day, points) WHERE kind = 'revoke';
CREATE INDEX points_debit_receipt ON points_debit (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX points_debit_of_lot ON points_debit (of_lot, points) WHERE of_lot IS NOT NULL;
CREATE INDEX points_debit_day ON points_debit (day, kind, points);

-- Points of a redemption that a refund gave back to the lots they came from. A lot that had ended
-- by then is reinstated as a new lot instead.
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
CREATE INDEX points_return_member ON points_return (member, id);
CREATE INDEX points_return_debit ON points_return (debit, points);
CREATE INDEX points_return_receipt ON points_return (receipt);

-- What a debit took from a lot. `points` is below 0 where a lot got back what it had given.
CREATE TABLE points_allocation (
  id       INTEGER PRIMARY KEY,
  debit    INTEGER NOT NULL REFERENCES points_debit,
  lot      INTEGER NOT NULL REFERENCES points_lot,
  points   INTEGER NOT NULL CHECK (points <> 0),
  day      INTEGER NOT NULL,            -- when it was booked
  returned INTEGER REFERENCES points_return,  -- the return that this is a part of
  CHECK (returned IS NULL OR points < 0)
) STRICT;
CREATE INDEX points_allocation_lot ON points_allocation (lot, day, points);
CREATE INDEX points_allocation_debit ON points_allocation (debit, lot, points);

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
  points, eligible, earning, paid, rate_bp, of_debit, recorded_at, staff, import ON points_lot
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER points_debit_stays BEFORE DELETE ON points_debit BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER points_debit_is_fixed BEFORE UPDATE OF id, kind, receipt, of_lot, day, points,
  recorded_at, staff ON points_debit
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
