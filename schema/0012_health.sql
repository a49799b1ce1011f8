-- Notes about health, each sealed to a key that pharmacists hold and whom they let in: whoever adds
-- one need not be able to read it. pharmacy-store(5) says what is sealed. A note that is wrong or
-- over gets an end; nothing else of it but `member` is ever changed.
CREATE TABLE health_note (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- of a note that was erased none is given again
  member      INTEGER NOT NULL REFERENCES member,
  written_for INTEGER NOT NULL CHECK (written_for > 0),  -- the member's number then, sealed in too
  epoch       INTEGER NOT NULL CHECK (epoch BETWEEN 1 AND 65535),  -- of the health key
  sealed      BLOB NOT NULL CHECK (length(sealed) BETWEEN 304 AND 16432 AND length(sealed) % 256 = 48),
  -- How a counter check heeds it: not at all, by its tags, or by sending to the pharmacist always.
  alerts      TEXT NOT NULL CHECK (alerts IN ('none', 'tags', 'always')),
  added_at    INTEGER NOT NULL,
  added_by    INTEGER NOT NULL REFERENCES staff,
  ended_at    INTEGER,
  ended_by    INTEGER REFERENCES staff,
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE INDEX health_note_member ON health_note (member, ended_at, alerts);
CREATE TRIGGER health_note_is_fixed BEFORE UPDATE OF id, written_for, epoch, sealed, alerts,
  added_at, added_by ON health_note
BEGIN
  SELECT RAISE(ABORT, 'a health note changes nothing but the member and its end');
END;

-- What a note is about, told to nobody: keyed digests of the member's number with an ingredient, a
-- class of drugs, a condition …, and random ones, so that there are always eight. Without the key
-- to the note one can tell whether it is about something named, and nothing else.
CREATE TABLE health_tag (
  note INTEGER NOT NULL REFERENCES health_note,
  tag  BLOB NOT NULL CHECK (length(tag) = 16),
  PRIMARY KEY (note, tag)
) STRICT, WITHOUT ROWID;

-- The key of these digests, the same for the life of the store: whoever changes the store's keys
-- need not be able to read the notes, and could not make the digests anew.
CREATE TABLE health_tag_key (
  id  INTEGER PRIMARY KEY CHECK (id = 1),
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
