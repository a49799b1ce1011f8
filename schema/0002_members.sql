-- A person or body that the pharmacy keeps a file on. Days are days since 1970-01-01, instants
-- seconds since then in UTC.
CREATE TABLE member (
  id          INTEGER PRIMARY KEY CHECK (id > 0),  -- shown as M1
  name        TEXT CHECK (length(name) > 0),
  sex         TEXT CHECK (sex IN ('female', 'male')),
  birth       INTEGER,
  note        TEXT CHECK (length(note) > 0),
  status      TEXT NOT NULL DEFAULT 'active'
              CHECK (status IN ('active', 'restricted', 'merged', 'erased')),
  joined      INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  recorded_by INTEGER NOT NULL REFERENCES staff,
  import      INTEGER REFERENCES import_batch,
  import_identity BLOB CHECK (length(import_identity) = 16)  -- of an imported row without a card
) STRICT;
CREATE INDEX member_joined ON member (joined);
CREATE UNIQUE INDEX member_import_identity ON member (import_identity)
  WHERE import_identity IS NOT NULL;

-- Cards find a member; one that is lost or returned has an end and finds nobody.
CREATE TABLE card (
  number   TEXT PRIMARY KEY CHECK (length(number) BETWEEN 1 AND 64),
  member   INTEGER NOT NULL REFERENCES member,
  added_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX card_member ON card (member, added_at, number, ended_at);

-- How to reach a member, where the fact came from, and when it was last verified.
CREATE TABLE contact (
  id          INTEGER PRIMARY KEY,
  member      INTEGER NOT NULL REFERENCES member,
  kind        TEXT NOT NULL CHECK (kind IN ('phone', 'address')),
  value       TEXT NOT NULL CHECK (length(value) > 0),  -- a phone in E.164
  shared      INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
  source      TEXT NOT NULL,            -- 'counter' or the import's source
  verified_on INTEGER,
  added_at    INTEGER NOT NULL,
  ended_at    INTEGER                   -- replaced or wrong
) STRICT;
CREATE INDEX contact_member ON contact (member, kind, ended_at, value);
CREATE INDEX contact_phone ON contact (value, member) WHERE kind = 'phone' AND ended_at IS NULL;
CREATE INDEX contact_last_four ON contact (substr(value, -4), member)
  WHERE kind = 'phone' AND ended_at IS NULL;

-- Field history: what a fact was before and after. Never changed.
CREATE TABLE member_change (
  id     INTEGER PRIMARY KEY,
  member INTEGER NOT NULL REFERENCES member,
  field  TEXT NOT NULL,
  old    TEXT,
  new    TEXT,
  at     INTEGER NOT NULL,
  staff  INTEGER NOT NULL REFERENCES staff
) STRICT;
CREATE INDEX member_change_member ON member_change (member, id);
CREATE TRIGGER member_change_is_fixed BEFORE UPDATE OF id, field, old, new, at, staff
  ON member_change
BEGIN
  SELECT RAISE(ABORT, 'history changes nothing but the member');
END;

-- What a member is found by: every suffix of the folded name, of its full pinyin that begins at
-- a syllable, and of its initials. Part of a name is then the beginning of a key. A key that
-- begins inside of the name has inner_part 1: names that begin with the text are found first.
CREATE TABLE member_key (
  inner_part INTEGER NOT NULL CHECK (inner_part IN (0, 1)),
  key        TEXT NOT NULL,
  member     INTEGER NOT NULL REFERENCES member,
  PRIMARY KEY (inner_part, key, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_key_member ON member_key (member);

-- A member with what is valid now: the newest card, the phone and the address.
CREATE VIEW current_member AS
SELECT m.id, m.name,
       (SELECT c.number FROM card c WHERE c.member = m.id AND c.ended_at IS NULL
        ORDER BY c.added_at DESC, c.number DESC LIMIT 1) AS card,
       (SELECT c.value FROM contact c
        WHERE c.member = m.id AND c.kind = 'phone' AND c.ended_at IS NULL
        ORDER BY c.id DESC LIMIT 1) AS phone,
       m.sex, m.birth,
       (SELECT c.value FROM contact c
        WHERE c.member = m.id AND c.kind = 'address' AND c.ended_at IS NULL
        ORDER BY c.id DESC LIMIT 1) AS address,
       m.note, m.joined,
       (SELECT group_concat(number, ' ') FROM
        (SELECT c.number FROM card c WHERE c.member = m.id AND c.ended_at IS NULL
         ORDER BY c.added_at DESC, c.number DESC LIMIT -1 OFFSET 1)) AS other_cards
FROM member m
WHERE m.status IN ('active', 'restricted');
