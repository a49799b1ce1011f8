-- The holidays and make-up working days of the years that were imported; a later edition of a year
-- replaces all of its days. A year without any is not known.
CREATE TABLE calendar_day (
  day      INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL CHECK (kind IN ('holiday', 'in_lieu', 'make_up')),
  occasion TEXT NOT NULL CHECK (length(occasion) > 0)
) STRICT;

-- Days on which the shop is closed, holidays or not.
CREATE TABLE shop_closed_day (
  day         INTEGER PRIMARY KEY,
  reason      TEXT NOT NULL CHECK (length(reason) > 0),
  recorded_at INTEGER NOT NULL,
  recorded_by INTEGER NOT NULL REFERENCES staff
) STRICT;
