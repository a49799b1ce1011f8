-- What members asked for that was not there. Goods that came are kept for one until a day; who did
-- not come for them by then waits on in her old place.
CREATE TABLE stock_request (
  id         INTEGER PRIMARY KEY CHECK (id > 0),
  member     INTEGER NOT NULL REFERENCES member,
  product    INTEGER REFERENCES product,
  wanted     TEXT CHECK (length(CAST(wanted AS BLOB)) BETWEEN 1 AND 200),  -- of no product yet
  quantity   INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000000),  -- thousandths
  note       TEXT CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 200),
  added_at   INTEGER NOT NULL,
  added_by   INTEGER NOT NULL REFERENCES staff,
  held       INTEGER CHECK (held BETWEEN 1 AND quantity),
  held_until INTEGER,                       -- a day
  outcome    TEXT CHECK (outcome IN ('served', 'declined', 'unavailable')),
  receipt    INTEGER REFERENCES receipt,    -- by which she was served
  reason     TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  ended_at   INTEGER,
  ended_by   INTEGER REFERENCES staff,
  CHECK ((product IS NULL) <> (wanted IS NULL)),
  CHECK ((held IS NULL) = (held_until IS NULL)),
  CHECK ((outcome IS NULL) = (ended_at IS NULL) AND (outcome IS NULL) = (ended_by IS NULL)),
  CHECK (receipt IS NULL OR outcome IS 'served'),
  CHECK (reason IS NULL OR outcome IS NOT NULL)
) STRICT;
CREATE INDEX stock_request_open ON stock_request (product, id) WHERE outcome IS NULL;
CREATE INDEX stock_request_member ON stock_request (member, product, outcome);
CREATE INDEX stock_request_receipt ON stock_request (receipt) WHERE receipt IS NOT NULL;
CREATE TRIGGER stock_request_is_fixed BEFORE UPDATE OF id, product, wanted, quantity, note,
  added_at, added_by ON stock_request
BEGIN
  SELECT RAISE(ABORT, 'a request changes nothing but the member, what is held, and its end');
END;
CREATE TRIGGER stock_request_ends_once BEFORE UPDATE OF held, held_until, outcome, receipt, reason,
  ended_at, ended_by ON stock_request WHEN OLD.outcome IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a request that is over changes nothing but the member');
END;
