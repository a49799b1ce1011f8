-- The pharmacist who released what was sold, and the steps of the policy's service standard that a
-- sale lacks.
ALTER TABLE receipt ADD COLUMN pharmacist INTEGER REFERENCES staff;

DROP TRIGGER receipt_is_fixed;
CREATE TRIGGER receipt_is_fixed BEFORE UPDATE OF id, kind, at, day, amount, discount, channel,
  staff, staff_name, refund_of, reference, reason, policy, recorded_at, import,
  prescription, pharmacist ON receipt
BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing but the member');
END;

CREATE TABLE missed_step (
  receipt INTEGER NOT NULL,
  line    INTEGER NOT NULL,
  step    TEXT NOT NULL
          CHECK (step IN ('prescription', 'pharmacist', 'batch', 'expiry', 'days_supply')),
  PRIMARY KEY (receipt, line, step),
  FOREIGN KEY (receipt, line) REFERENCES line (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER missed_step_stays BEFORE DELETE ON missed_step BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER missed_step_is_fixed BEFORE UPDATE ON missed_step BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing');
END;
