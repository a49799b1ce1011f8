-- The one of the staff who looks after a member (专属顾问): one at a time, the newer one after a merge.
CREATE TABLE member_keeper (
  id       INTEGER PRIMARY KEY,
  member   INTEGER NOT NULL REFERENCES member,
  keeper   INTEGER NOT NULL REFERENCES staff,
  added_at INTEGER NOT NULL,
  added_by INTEGER NOT NULL REFERENCES staff,
  ended_at INTEGER
) STRICT;
CREATE INDEX member_keeper_member ON member_keeper (member, ended_at, id, keeper);
CREATE INDEX member_keeper_keeper ON member_keeper (keeper, member) WHERE ended_at IS NULL;

-- What allows a party that is no person to deal in what it buys, and until when.
CREATE TABLE member_licence (
  id         INTEGER PRIMARY KEY,
  member     INTEGER NOT NULL REFERENCES member,
  kind       TEXT NOT NULL CHECK (length(CAST(kind AS BLOB)) BETWEEN 1 AND 100),
  number     TEXT NOT NULL CHECK (length(CAST(number AS BLOB)) BETWEEN 1 AND 100),
  expires_on INTEGER NOT NULL,          -- its last day
  added_at   INTEGER NOT NULL,
  added_by   INTEGER NOT NULL REFERENCES staff,
  ended_at   INTEGER
) STRICT;
CREATE INDEX member_licence_member ON member_licence (member, ended_at, number);
CREATE INDEX member_licence_expires ON member_licence (expires_on, id) WHERE ended_at IS NULL;

-- What a member likes, how that came to be known, and since when.
CREATE TABLE member_preference (
  id       INTEGER PRIMARY KEY,
  member   INTEGER NOT NULL REFERENCES member,
  key      TEXT NOT NULL CHECK (key IN ('brand', 'form', 'service', 'other')),
  value    TEXT NOT NULL CHECK (length(CAST(value AS BLOB)) BETWEEN 1 AND 200),
  source   TEXT NOT NULL CHECK (source IN ('counter', 'phone', 'web', 'app', 'wechat', 'event')),
  added_at INTEGER NOT NULL,
  added_by INTEGER NOT NULL REFERENCES staff,
  ended_at INTEGER
) STRICT;
CREATE INDEX member_preference_member ON member_preference (member, ended_at, key, value);

-- An account that buys for several members, and who is in it. A merge may make one a member of
-- itself, which counts for nothing.
CREATE TABLE member_group (
  id        INTEGER PRIMARY KEY,
  account   INTEGER NOT NULL REFERENCES member,
  member    INTEGER NOT NULL REFERENCES member,
  joined_at INTEGER NOT NULL,
  joined_by INTEGER NOT NULL REFERENCES staff,
  left_at   INTEGER,
  left_by   INTEGER REFERENCES staff,
  CHECK ((left_at IS NULL) = (left_by IS NULL))
) STRICT;
CREATE INDEX member_group_account ON member_group (account, left_at, member);
CREATE INDEX member_group_member ON member_group (member, left_at, id);
CREATE INDEX member_group_open ON member_group (account, member) WHERE left_at IS NULL;
