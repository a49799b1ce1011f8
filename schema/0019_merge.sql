-- Two numbers of one person: the first goes into the second, and finds it from then on. What was
-- moved is written down, so that exactly that can be brought back.
CREATE TABLE member_merge (
  id          INTEGER PRIMARY KEY CHECK (id > 0),
  from_member INTEGER NOT NULL REFERENCES member,
  into_member INTEGER NOT NULL REFERENCES member,
  reason      TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  at          INTEGER NOT NULL,
  staff       INTEGER NOT NULL REFERENCES staff,
  undone_at   INTEGER,
  undone_by   INTEGER REFERENCES staff,
  CHECK (from_member <> into_member),
  CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX member_merge_open ON member_merge (from_member) WHERE undone_at IS NULL;
CREATE INDEX member_merge_from ON member_merge (from_member);
CREATE INDEX member_merge_into ON member_merge (into_member);
CREATE TRIGGER member_merge_is_fixed BEFORE UPDATE OF id, from_member, into_member, reason, at, staff
  ON member_merge
BEGIN
  SELECT RAISE(ABORT, 'a merge changes nothing but its end');
END;

-- The rows that a merge moved, by their keys; none once it is undone.
CREATE TABLE member_merge_row (
  merge      INTEGER NOT NULL REFERENCES member_merge,
  table_name TEXT NOT NULL,
  of_column  TEXT NOT NULL,             -- the one that held the number
  row_key    TEXT NOT NULL,
  PRIMARY KEY (merge, table_name, of_column, row_key)
) STRICT, WITHOUT ROWID;
