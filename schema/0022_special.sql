-- Who bought a drug whose sales have rules of their own: the name and the number of a document for
-- each sale, sealed to the key of health notes, so that whoever sells need not be able to read it.
-- pharmacy-store(5) says what is sealed. The register of these sales is made from it and from their
-- lines.
CREATE TABLE special_buyer (
  receipt INTEGER PRIMARY KEY REFERENCES receipt,
  epoch   INTEGER NOT NULL CHECK (epoch BETWEEN 1 AND 65535),  -- of the health key
  sealed  BLOB NOT NULL CHECK (length(sealed) = 560),
  tag     BLOB NOT NULL CHECK (length(tag) = 16)  -- digest of the document: the same for the same one
) STRICT;
CREATE INDEX special_buyer_tag ON special_buyer (tag, receipt);

-- The key of these digests, the same for the life of the store: whoever changes the store's keys
-- need not be able to read the numbers, and could not make the digests anew.
CREATE TABLE special_tag_key (
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

CREATE TRIGGER special_buyer_stays BEFORE DELETE ON special_buyer BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER special_buyer_is_fixed BEFORE UPDATE ON special_buyer BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;

-- What a line of a sale was when it was sold: the product may be something else by now.
CREATE TABLE special_line (
  receipt     INTEGER NOT NULL,
  line        INTEGER NOT NULL,
  special     TEXT NOT NULL CHECK (length(special) BETWEEN 1 AND 32),
  counts      INTEGER NOT NULL CHECK (counts IN (0, 1)),  -- 0: a prescription measures it
  recorded_on INTEGER,                                    -- the day, where it was dated back
  PRIMARY KEY (receipt, line),
  FOREIGN KEY (receipt, line) REFERENCES line (receipt, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX special_line_late ON special_line (recorded_on, receipt)
 WHERE recorded_on IS NOT NULL;

CREATE TRIGGER special_line_stays BEFORE DELETE ON special_line BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER special_line_is_fixed BEFORE UPDATE ON special_line BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;

-- Earlier sales are what their products are now: nobody wrote down what they were then.
INSERT INTO special_line (receipt, line, special, counts)
SELECT l.receipt, l.line, p.special, NOT (p.class IS 'rx' AND r.prescription IS NOT NULL)
  FROM product p JOIN line l ON l.product = p.id JOIN receipt r ON r.id = l.receipt
 WHERE p.special IS NOT NULL AND r.kind = 'sale' ORDER BY l.receipt, l.line;
