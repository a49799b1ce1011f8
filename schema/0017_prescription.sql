-- The number of the prescription that a sale was made on; what it prescribes is not kept here.
ALTER TABLE receipt ADD COLUMN prescription TEXT
  CHECK (length(CAST(prescription AS BLOB)) BETWEEN 1 AND 64);

DROP TRIGGER receipt_is_fixed;
CREATE TRIGGER receipt_is_fixed BEFORE UPDATE OF id, kind, at, day, amount, discount, channel,
  staff, staff_name, refund_of, reference, reason, policy, recorded_at, import,
  prescription ON receipt
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;
