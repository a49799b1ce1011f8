-- Counselling: what a pharmacist told a member, or somebody unknown, of a medicine or of health:
-- before a purchase, with it, or after it. What a member said of her health is a health note.
CREATE TABLE counsel (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  member      INTEGER REFERENCES member,
  kind        TEXT NOT NULL CHECK (kind IN ('usage', 'choice', 'wellness', 'training')),
  stage       TEXT NOT NULL CHECK (stage IN ('before', 'at', 'after')),
  receipt     INTEGER REFERENCES receipt,
  product     INTEGER REFERENCES product,
  dose        TEXT CHECK (length(CAST(dose AS BLOB)) BETWEEN 1 AND 200),
  times       TEXT CHECK (length(CAST(times AS BLOB)) BETWEEN 1 AND 200),
  avoid       TEXT CHECK (length(CAST(avoid AS BLOB)) BETWEEN 1 AND 200),
  note        TEXT CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 500),
  health_note INTEGER REFERENCES health_note,
  at          INTEGER NOT NULL,
  staff       INTEGER NOT NULL REFERENCES staff,
  voided_at   INTEGER,
  voided_by   INTEGER REFERENCES staff,
  void_reason TEXT CHECK (length(CAST(void_reason AS BLOB)) BETWEEN 1 AND 200),
  CHECK (product IS NOT NULL OR (kind <> 'usage' AND coalesce(dose, times, avoid) IS NULL)),
  CHECK (coalesce(dose, times, avoid, note) IS NOT NULL),
  CHECK (health_note IS NULL OR member IS NOT NULL),
  CHECK ((voided_at IS NULL) = (voided_by IS NULL)
         AND (voided_at IS NULL) = (void_reason IS NULL))
) STRICT;
CREATE INDEX counsel_member ON counsel (member, id);
CREATE INDEX counsel_receipt ON counsel (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX counsel_note ON counsel (health_note) WHERE health_note IS NOT NULL;
CREATE INDEX counsel_at ON counsel (at);
CREATE TRIGGER counsel_is_fixed BEFORE UPDATE OF id, kind, stage, receipt, product, dose, times,
  avoid, note, health_note, at, staff ON counsel
BEGIN
  SELECT RAISE(ABORT, 'what was told changes nothing but the member, and that it was a mistake');
END;
CREATE TRIGGER counsel_is_voided_once BEFORE UPDATE OF voided_at, voided_by, void_reason ON counsel
WHEN OLD.voided_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a mistake stays one');
END;

-- What is told of a product to whoever takes it, unless something else is said. The newest row of a
-- product holds; one of nothing ends it.
CREATE TABLE product_advice (
  id      INTEGER PRIMARY KEY CHECK (id > 0),
  product INTEGER NOT NULL REFERENCES product,
  dose    TEXT CHECK (length(CAST(dose AS BLOB)) BETWEEN 1 AND 200),
  times   TEXT CHECK (length(CAST(times AS BLOB)) BETWEEN 1 AND 200),
  avoid   TEXT CHECK (length(CAST(avoid AS BLOB)) BETWEEN 1 AND 200),
  note    TEXT CHECK (length(CAST(note AS BLOB)) BETWEEN 1 AND 500),
  set_at  INTEGER NOT NULL,
  set_by  INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX product_advice_product ON product_advice (product, id);
CREATE TRIGGER product_advice_is_fixed BEFORE UPDATE ON product_advice BEGIN
  SELECT RAISE(ABORT, 'advice is changed by a new row');
END;
CREATE TRIGGER product_advice_stays BEFORE DELETE ON product_advice BEGIN
  SELECT RAISE(ABORT, 'advice is kept as it was');
END;
