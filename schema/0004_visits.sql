-- One receipt: a sale, or a refund with positive amounts. Nothing here is ever changed or
-- deleted; a correction is a refund.
CREATE TABLE receipt (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
  member      INTEGER REFERENCES member,
  at          INTEGER NOT NULL,         -- when it happened
  day         INTEGER NOT NULL,         -- the same as a day of the store's zone
  amount      INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),  -- fen
  discount    INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 1000000000000),
  channel     TEXT NOT NULL,
  staff       INTEGER NOT NULL REFERENCES staff,
  staff_name  TEXT,                     -- as another till named the seller
  refund_of   INTEGER REFERENCES receipt,
  reference   TEXT,                     -- its number in the till it came from
  reason      TEXT,
  policy      INTEGER NOT NULL REFERENCES policy,
  recorded_at INTEGER NOT NULL,
  import      INTEGER REFERENCES import_batch,
  CHECK (kind = 'refund' OR refund_of IS NULL)
) STRICT;
CREATE INDEX receipt_day ON receipt (day, kind, member, amount);
CREATE INDEX receipt_member ON receipt (member, day, kind, amount) WHERE member IS NOT NULL;

CREATE TABLE line (
  receipt       INTEGER NOT NULL REFERENCES receipt,
  line          INTEGER NOT NULL CHECK (line > 0),
  product       INTEGER NOT NULL REFERENCES product,
  quantity      INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 1000000000000),  -- thousandths
  unit_price    INTEGER CHECK (unit_price BETWEEN 0 AND 1000000000000),      -- 1/10,000 yuan
  amount        INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 10000000000),   -- fen
  list_amount   INTEGER CHECK (list_amount BETWEEN 0 AND 10000000000),       -- absent: amount
  batch         TEXT CHECK (length(batch) > 0),
  expiry        INTEGER,
  days_supply   INTEGER CHECK (days_supply BETWEEN 1 AND 3650),
  refunded_line INTEGER,                -- of the receipt that this one takes back
  earns         INTEGER NOT NULL DEFAULT 1 CHECK (earns IN (0, 1)),  -- as the product was then
  PRIMARY KEY (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_batch ON line (batch) WHERE batch IS NOT NULL;

-- What of a line was taken back: many small refunds never exceed the line.
CREATE TABLE line_return (
  receipt  INTEGER NOT NULL,            -- the sale
  line     INTEGER NOT NULL,
  refund   INTEGER NOT NULL REFERENCES receipt,
  refund_line INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND 1000000000000),
  amount   INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 10000000000),
  PRIMARY KEY (receipt, line, refund, refund_line),
  FOREIGN KEY (receipt, line) REFERENCES line (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX line_return_refund ON line_return (refund, refund_line);

CREATE TABLE payment (
  receipt INTEGER NOT NULL REFERENCES receipt,
  kind    TEXT NOT NULL CHECK (kind IN ('cash', 'card', 'wechat', 'alipay', 'insurance_personal',
                                        'insurance_pooled', 'account', 'coupon', 'points')),
  amount  INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000),
  PRIMARY KEY (receipt, kind)
) STRICT, WITHOUT ROWID;

-- An imported receipt by its identity, so that the same rows are taken once.
CREATE TABLE imported_receipt (
  identity BLOB PRIMARY KEY CHECK (length(identity) = 16),  -- digest of source and receipt key
  content  BLOB NOT NULL CHECK (length(content) = 16)       -- digest of its rows
) STRICT, WITHOUT ROWID;

CREATE TRIGGER receipt_stays BEFORE DELETE ON receipt BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER receipt_is_fixed BEFORE UPDATE OF id, kind, at, day, amount, discount, channel,
  staff, staff_name, refund_of, reference, reason, policy, recorded_at, import ON receipt
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER line_stays BEFORE DELETE ON line BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER line_is_fixed BEFORE UPDATE ON line BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER line_return_stays BEFORE DELETE ON line_return BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER line_return_is_fixed BEFORE UPDATE ON line_return BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
CREATE TRIGGER line_return_fits AFTER INSERT ON line_return BEGIN
  SELECT RAISE(ABORT, 'no more of a line comes back than was sold')
   WHERE (SELECT sum(quantity) FROM line_return
           WHERE receipt = NEW.receipt AND line = NEW.line)
         > (SELECT quantity FROM line WHERE receipt = NEW.receipt AND line = NEW.line);
END;
CREATE TRIGGER payment_stays BEFORE DELETE ON payment BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER payment_is_fixed BEFORE UPDATE ON payment BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
