-- What members may ask for: that nothing but keeping is done with what is known of them, and that
-- it goes.

-- From when to when a member is restricted, and why: somebody asked for it, or consent to being a
-- member was withdrawn. Restricted is who has one that is not lifted.
CREATE TABLE restriction (
  id        INTEGER PRIMARY KEY,
  member    INTEGER NOT NULL REFERENCES member,
  cause     TEXT NOT NULL CHECK (cause IN ('asked', 'withdrawal')),
  reason    TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200),
  at        INTEGER NOT NULL,
  staff     INTEGER NOT NULL REFERENCES staff,
  lifted_at INTEGER,
  lifted_by INTEGER REFERENCES staff,
  CHECK ((cause = 'asked') = (reason IS NOT NULL)),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX restriction_open ON restriction (member, cause) WHERE lifted_at IS NULL;
CREATE INDEX restriction_member ON restriction (member, id);
CREATE TRIGGER restriction_is_fixed BEFORE UPDATE OF id, cause, reason, at, staff ON restriction
BEGIN
  SELECT RAISE(ABORT, 'a restriction changes nothing but the member and its end');
END;

-- Who is restricted is in no list.
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
         ORDER BY c.added_at DESC, c.number DESC LIMIT -1 OFFSET 1)) AS other_cards
FROM member m
WHERE m.status = 'active';

-- What an entry of the log tells goes with a member it is about, and not else: the entry keeps its
-- digest, and the entry that erased her stands behind it.
DROP TRIGGER log_detail_stays;
CREATE TRIGGER log_detail_stays BEFORE DELETE ON log_detail
WHEN NOT EXISTS (SELECT 1 FROM log_subject s JOIN member m ON m.id BETWEEN s.first AND s.last
                 WHERE s.seq = OLD.seq AND m.status = 'erased')
BEGIN
  SELECT RAISE(ABORT, 'the log keeps its entries');
END;

-- What was asked may be emptied, as it may tell of somebody who was erased.
DROP TRIGGER approval_is_fixed;
CREATE TRIGGER approval_is_fixed BEFORE UPDATE ON approval
WHEN NEW.id <> OLD.id OR NEW.action <> OLD.action
  OR (NEW.request <> OLD.request AND NEW.request <> zeroblob(32))
  OR (NEW.command <> OLD.command AND NEW.command <> '')
  OR (NEW.summary <> OLD.summary AND NEW.summary <> '') OR NEW.asked_at <> OLD.asked_at
  OR NEW.asked_by <> OLD.asked_by OR NEW.ends_at <> OLD.ends_at
  OR (OLD.approved_by IS NOT NULL
      AND (NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at))
  OR (OLD.used_entry IS NOT NULL AND NEW.used_entry IS NOT OLD.used_entry) BEGIN
  SELECT RAISE(ABORT, 'what was asked and approved is not changed');
END;
