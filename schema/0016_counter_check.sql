-- What speaks against a substance: an illness, a pregnancy, an age. Substances are keys, as in
-- reference_interaction.
CREATE TABLE reference_contraindication (
  substance TEXT NOT NULL CHECK (substance GLOB '[ai]:?*'),
  reason    TEXT NOT NULL CHECK (reason IN ('condition', 'pregnancy', 'age')),
  condition TEXT NOT NULL DEFAULT '',   -- as it is searched; empty for another reason
  below     INTEGER CHECK (below BETWEEN 1 AND 150),     -- years of age
  from_age  INTEGER CHECK (from_age BETWEEN 1 AND 150),
  severity  TEXT NOT NULL
            CHECK (severity IN ('contraindicated', 'major', 'moderate', 'minor')),
  text      TEXT CHECK (length(text) > 0),
  PRIMARY KEY (substance, reason, condition),
  CHECK ((reason = 'condition') = (condition <> '')),
  CHECK ((reason = 'age') = ((below IS NULL) <> (from_age IS NULL)))
) STRICT, WITHOUT ROWID;

-- What a pharmacist handed out although a check spoke against it, for the receipt's reason. Which note
-- did is told by nobody but the note.
CREATE TABLE check_override (
  receipt INTEGER NOT NULL REFERENCES receipt,
  product INTEGER NOT NULL REFERENCES product,
  PRIMARY KEY (receipt, product)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER check_override_stays BEFORE DELETE ON check_override BEGIN
  SELECT RAISE(ABORT, 'ledgers keep their rows');
END;
CREATE TRIGGER check_override_is_fixed BEFORE UPDATE ON check_override BEGIN
  SELECT RAISE(ABORT, 'ledgers change nothing');
END;
