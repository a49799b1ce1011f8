-- How large the place is that a member lives in, as a fact of hers. The CHECK names the facts, so the
-- table is made anew; nothing refers to it but the view of members.
DROP VIEW current_member;
DROP INDEX member_fact_member;
DROP INDEX member_fact_value;
ALTER TABLE member_fact RENAME TO member_fact_before;
CREATE TABLE member_fact (
  id       INTEGER PRIMARY KEY,
  member   INTEGER NOT NULL REFERENCES member,
  fact     TEXT NOT NULL
           CHECK (fact IN ('kind', 'class', 'region', 'relation', 'call_as', 'contact_by',
                           'city_size')),
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
  CHECK (fact <> 'city_size' OR value IN ('super_large', 'very_large', 'large', 'medium', 'small',
                                          'rural')),
  CHECK ((fact = 'class') = (reason IS NOT NULL))
) STRICT;
INSERT INTO member_fact (id, member, fact, value, reason, added_at, added_by, ended_at)
  SELECT id, member, fact, value, reason, added_at, added_by, ended_at FROM member_fact_before
   ORDER BY id;
DROP TABLE member_fact_before;
CREATE INDEX member_fact_member ON member_fact (member, fact, ended_at, id, value);
CREATE INDEX member_fact_value ON member_fact (fact, value, member) WHERE ended_at IS NULL;

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
        ORDER BY f.id DESC LIMIT 1) AS contact_by,
       (SELECT f.value FROM member_fact f
        WHERE f.member = m.id AND f.fact = 'city_size' AND f.ended_at IS NULL
        ORDER BY f.id DESC LIMIT 1) AS city_size
FROM member m
WHERE m.status = 'active';
