-- What makes doing business with a member a risk, who said so and why, when that is looked at again,
-- and what sales to her are bound to until it is cleared.
CREATE TABLE member_risk (
  id               INTEGER PRIMARY KEY,
  member           INTEGER NOT NULL REFERENCES member,
  kind             TEXT NOT NULL CHECK (kind IN ('late_payment', 'special_drugs', 'refund_abuse',
                                                 'complaint_abuse', 'other')),
  cash_only        INTEGER NOT NULL CHECK (cash_only IN (0, 1)),
  manager_sign_off INTEGER NOT NULL CHECK (manager_sign_off IN (0, 1)),
  no_special_drugs INTEGER NOT NULL CHECK (no_special_drugs IN (0, 1)),
  reason           TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  review_on        INTEGER NOT NULL,
  set_at           INTEGER NOT NULL,
  set_by           INTEGER NOT NULL REFERENCES staff,
  cleared_at       INTEGER,
  cleared_by       INTEGER REFERENCES staff,
  clear_reason     TEXT CHECK (length(CAST(clear_reason AS BLOB)) BETWEEN 1 AND 200),
  CHECK ((cleared_at IS NULL) = (cleared_by IS NULL)),
  CHECK ((cleared_at IS NULL) = (clear_reason IS NULL))
) STRICT;
CREATE INDEX member_risk_member ON member_risk (member, cleared_at, id);
CREATE INDEX member_risk_review ON member_risk (review_on, id) WHERE cleared_at IS NULL;
CREATE TRIGGER member_risk_is_fixed
  BEFORE UPDATE OF id, kind, cash_only, manager_sign_off, no_special_drugs, reason, review_on,
                   set_at, set_by ON member_risk
BEGIN
  SELECT RAISE(ABORT, 'a risk changes nothing but the member and its end');
END;
