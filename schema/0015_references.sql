-- What a check at the counter needs to know of a product, and the tables that it looks things up in.
ALTER TABLE product ADD COLUMN generic_name TEXT CHECK (length(generic_name) > 0);
ALTER TABLE product ADD COLUMN atc TEXT CHECK (length(atc) IN (1, 3, 4, 5, 7));
ALTER TABLE product ADD COLUMN class TEXT
  CHECK (class IN ('rx', 'otc_a', 'otc_b', 'not_medicine'));
ALTER TABLE product ADD COLUMN special TEXT CHECK (length(special) BETWEEN 1 AND 32);
ALTER TABLE product ADD COLUMN days_supply INTEGER
  CHECK (days_supply BETWEEN 1 AND 3650);  -- of one unit
ALTER TABLE product ADD COLUMN long_term INTEGER CHECK (long_term IN (0, 1));

CREATE INDEX product_atc ON product (atc) WHERE atc IS NOT NULL;

-- What a product is made of, in the order in which it was said.
CREATE TABLE product_ingredient (
  product  INTEGER NOT NULL REFERENCES product,
  position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 64),
  name     TEXT NOT NULL CHECK (length(name) > 0),
  key      TEXT NOT NULL CHECK (length(key) > 0),  -- the name as it is searched
  PRIMARY KEY (product, position),
  UNIQUE (key, product)
) STRICT, WITHOUT ROWID;

-- A product with its ingredients in one text.
CREATE VIEW catalog AS
SELECT p.id, p.code, p.name, p.unit, p.price, p.form, p.strength, p.maker, p.approval,
       p.earns_points, p.generic_name,
       (SELECT group_concat(name, '; ') FROM
        (SELECT i.name FROM product_ingredient i WHERE i.product = p.id
         ORDER BY i.position)) AS ingredients,
       p.atc, p.class, p.special, p.days_supply, p.long_term
FROM product p;

-- Reference tables come from others, and a new edition replaces all rows of the last one. The rows
-- of this register stay; the last one of a kind is the edition whose rows are there.
CREATE TABLE reference_edition (
  id        INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL CHECK (kind IN ('atc', 'interactions', 'contraindications', 'allergens', 'national')),
  edition   TEXT NOT NULL CHECK (length(edition) BETWEEN 1 AND 64),
  source    TEXT NOT NULL CHECK (length(source) BETWEEN 1 AND 255),  -- who published it
  file      TEXT NOT NULL,
  digest    BLOB NOT NULL CHECK (length(digest) = 32),               -- of its rows
  held      INTEGER NOT NULL CHECK (held > 0),                       -- rows
  loaded_at INTEGER NOT NULL,
  loaded_by INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX reference_edition_kind ON reference_edition (kind, id);
CREATE TRIGGER reference_edition_stays BEFORE DELETE ON reference_edition BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER reference_edition_is_fixed BEFORE UPDATE ON reference_edition BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;

-- Anatomical Therapeutic Chemical codes of any level.
CREATE TABLE reference_atc (
  code TEXT PRIMARY KEY CHECK (length(code) IN (1, 3, 4, 5, 7)),
  name TEXT NOT NULL CHECK (length(name) > 0),
  key  TEXT NOT NULL CHECK (length(key) > 0)  -- the name as it is searched
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_atc_key ON reference_atc (key, code);

-- Substances are named by keys: "a:" and an ATC code of any level, or "i:" and the name of an
-- ingredient as it is searched. The lesser key of a pair comes first.
CREATE TABLE reference_interaction (
  a        TEXT NOT NULL CHECK (a GLOB '[ai]:?*'),
  b        TEXT NOT NULL CHECK (b GLOB '[ai]:?*'),
  severity TEXT NOT NULL
           CHECK (severity IN ('contraindicated', 'major', 'moderate', 'minor')),
  text     TEXT CHECK (length(text) > 0),
  PRIMARY KEY (a, b),
  CHECK (a <= b)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_interaction_b ON reference_interaction (b, a);

-- What who is allergic to one of must not get another of.
CREATE TABLE reference_allergen_class (
  key  TEXT PRIMARY KEY CHECK (length(key) > 0),  -- the name as it is searched
  name TEXT NOT NULL CHECK (length(name) > 0),
  note TEXT CHECK (length(note) > 0)              -- what else it crosses with
) STRICT, WITHOUT ROWID;
CREATE TABLE reference_allergen (
  substance TEXT NOT NULL CHECK (substance GLOB '[ai]:?*'),
  class     TEXT NOT NULL REFERENCES reference_allergen_class,
  PRIMARY KEY (substance, class)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_allergen_of_class ON reference_allergen (class);

-- The drugs of a national list. One approval number may have several rows: of its strengths.
CREATE TABLE reference_drug (
  id           INTEGER PRIMARY KEY,
  approval     TEXT CHECK (length(approval) > 0),
  code         TEXT CHECK (length(code) > 0),
  generic_name TEXT CHECK (length(generic_name) > 0),
  form         TEXT CHECK (length(form) > 0),
  strength     TEXT CHECK (length(strength) > 0),
  maker        TEXT CHECK (length(maker) > 0),
  ingredients  TEXT CHECK (length(ingredients) > 0),  -- with "; " between them
  atc          TEXT CHECK (length(atc) IN (1, 3, 4, 5, 7)),
  CHECK (approval IS NOT NULL OR code IS NOT NULL)
) STRICT;
CREATE INDEX reference_drug_approval ON reference_drug (approval) WHERE approval IS NOT NULL;
CREATE INDEX reference_drug_code ON reference_drug (code) WHERE code IS NOT NULL;
