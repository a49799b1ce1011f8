-- Which complaints and suggestions a policy answers to.
CREATE TABLE policy_reason (
  policy    INTEGER NOT NULL REFERENCES policy,
  complaint INTEGER NOT NULL REFERENCES complaint,
  PRIMARY KEY (policy, complaint)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER policy_reason_stays BEFORE DELETE ON policy_reason BEGIN
  SELECT RAISE(ABORT, 'what a policy was set for stays');
END;
CREATE TRIGGER policy_reason_is_fixed BEFORE UPDATE ON policy_reason BEGIN
  SELECT RAISE(ABORT, 'what a policy was set for stays');
END;
