-- What members pay towards what they bought on account. Which sale a payment settles is worked out: it
-- goes to the oldest that is due, so that nothing is told twice.
CREATE TABLE account_payment (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  member      INTEGER NOT NULL REFERENCES member,
  day         INTEGER NOT NULL,         -- on which it was paid
  amount      INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),  -- fen
  kind        TEXT NOT NULL CHECK (kind IN ('cash', 'card', 'wechat', 'alipay', 'transfer')),
  recorded_at INTEGER NOT NULL,
  staff       INTEGER NOT NULL REFERENCES staff,
  voided_at   INTEGER,
  voided_by   INTEGER REFERENCES staff,
  void_reason TEXT CHECK (length(CAST(void_reason AS BLOB)) BETWEEN 1 AND 200),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL)
         AND (voided_at IS NULL) = (void_reason IS NULL))
) STRICT;
CREATE INDEX account_payment_member ON account_payment (member, day, id);
CREATE INDEX account_payment_day ON account_payment (day);
CREATE TRIGGER account_payment_stays BEFORE DELETE ON account_payment BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER account_payment_is_fixed BEFORE UPDATE OF id, day, amount, kind, recorded_at, staff ON account_payment
BEGIN
  SELECT RAISE(ABORT, 'a payment changes nothing but the member, and that it was a mistake');
END;
CREATE TRIGGER account_payment_is_voided_once
  BEFORE UPDATE OF voided_at, voided_by, void_reason ON account_payment
WHEN OLD.voided_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a mistake stays one');
END;

-- Who ever bought on account.
CREATE INDEX payment_account ON payment (receipt) WHERE kind = 'account';
