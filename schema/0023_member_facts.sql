-- What a member is to the pharmacy, and how she is to be met: a row for each fact, which holds until
-- it has an end. Where nothing is said she is a person, and of the class of members. After a merge
-- two may hold of one fact: then the newer one counts.
CREATE TABLE member_fact (
  id       INTEGER PRIMARY KEY,
  member   INTEGER NOT NULL REFERENCES member,
  fact     TEXT NOT NULL
           CHECK (fact IN ('kind', 'class', 'region', 'relation', 'call_as', 'contact_by')),
  value    TEXT NOT NULL CHECK (length(CAST(value AS BLOB)) BETWEEN 1 AND 100),
  reason   TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),  -- of a class
  added_at INTEGER NOT NULL,
  added_by INTEGER NOT NULL REFERENCES staff,
  ended_at INTEGER,
  CHECK (fact <> 'kind' OR value IN ('person', 'household', 'clinic', 'hospital', 'pharmacy',
                                     'company', 'research', 'supplier', 'distributor', 'other')),
  CHECK (fact <> 'class' OR value IN ('ordinary', 'member', 'key', 'potential', 'risk')),
  CHECK (fact <> 'relation' OR value IN ('transaction', 'communication', 'special_contact',
                                         'alliance')),
  CHECK (fact <> 'contact_by' OR value IN ('phone', 'sms', 'wechat', 'app', 'post', 'visit')),
  CHECK ((fact = 'class') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX member_fact_member ON member_fact (member, fact, ended_at, id, value);
CREATE INDEX member_fact_value ON member_fact (fact, value, member) WHERE ended_at IS NULL;

-- Why a fact was changed, where somebody said so.
ALTER TABLE member_change
  ADD COLUMN reason TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200);
DROP TRIGGER member_change_is_fixed;
CREATE TRIGGER member_change_is_fixed BEFORE UPDATE OF id, field, old, new, at, staff, reason
  ON member_change
BEGIN
  SELECT RAISE(ABORT, 'history changes nothing but the member');
END;

-- Who was not verified for longest comes first.
CREATE INDEX contact_verified ON contact (coalesce(verified_on, -1000000), member, kind)
  WHERE ended_at IS NULL;

DROP VIEW current_member;
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
         ORDER BY c.added_at DESC, c.number DESC LIMIT -1 OFFSET 1)) AS other_cards,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'kind' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS kind,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'class' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS class,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'region' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS region,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'relation' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS relation,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'call_as' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS call_as,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'contact_by' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS contact_by
FROM member m
WHERE m.status = 'active';
