-- A sale that was mistyped served nobody: what it ended waits again.
DROP TRIGGER stock_request_ends_once;
CREATE TRIGGER stock_request_ends_once BEFORE UPDATE OF held, held_until, outcome, receipt, reason,
  ended_at, ended_by ON stock_request WHEN OLD.outcome IS NOT NULL
  AND NOT (OLD.outcome IS 'served' AND NEW.outcome IS NULL AND NEW.receipt IS NULL
    AND NEW.held IS OLD.held AND NEW.held_until IS OLD.held_until
    AND EXISTS (SELECT 1 FROM line_return b JOIN receipt f ON f.id = b.refund
      WHERE b.receipt = OLD.receipt AND f.reason = 'typing'))
BEGIN
  SELECT RAISE(ABORT, 'a request that is over waits again where its sale was mistyped, at most');
END;
