-- By when the buyer was promised that the goods would be with her, and when they were.
CREATE TABLE delivery (
  receipt      INTEGER PRIMARY KEY REFERENCES receipt,
  promised_at  INTEGER NOT NULL,
  delivered_at INTEGER,
  recorded_at  INTEGER,
  recorded_by  INTEGER REFERENCES staff,
  CHECK ((delivered_at IS NULL) = (recorded_at IS NULL)
         AND (delivered_at IS NULL) = (recorded_by IS NULL))
) STRICT;
CREATE INDEX delivery_promised ON delivery (promised_at, receipt, delivered_at);
CREATE INDEX delivery_open ON delivery (promised_at, receipt) WHERE delivered_at IS NULL;
CREATE TRIGGER delivery_stays BEFORE DELETE ON delivery BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER delivery_is_fixed BEFORE UPDATE ON delivery
WHEN OLD.delivered_at IS NOT NULL OR NEW.receipt <> OLD.receipt OR NEW.promised_at <> OLD.promised_at
BEGIN
  SELECT RAISE(ABORT, 'a delivery changes nothing but its end, once');
END;

-- The carrier's number of the parcel that a line of a sale is in. It leads to a name and an address at
-- the carrier, so that it goes when the member is erased.
CREATE TABLE line_tracking (
  receipt  INTEGER NOT NULL,
  line     INTEGER NOT NULL,
  tracking TEXT NOT NULL CHECK (length(tracking) BETWEEN 1 AND 64 AND tracking NOT GLOB '*[^0-9A-Z-]*'),
  at       INTEGER NOT NULL,
  staff    INTEGER NOT NULL REFERENCES staff,
  PRIMARY KEY (receipt, line, tracking),
  FOREIGN KEY (receipt, line) REFERENCES line (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER line_tracking_is_fixed BEFORE UPDATE ON line_tracking BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing');
END;
