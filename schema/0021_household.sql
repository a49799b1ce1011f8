-- Members who live together. A household is nobody by itself: a number, and who belongs to it from
-- when to when. A member is in one at most; whoever is merged into another one of the same household
-- takes her row along, so that a member may have two in it.
CREATE TABLE household (
  id      INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),  -- none is given again
  made_at INTEGER NOT NULL,
  made_by INTEGER NOT NULL REFERENCES staff
) STRICT;

CREATE TABLE household_member (
  id        INTEGER PRIMARY KEY,
  household INTEGER NOT NULL REFERENCES household,
  member    INTEGER NOT NULL REFERENCES member,
  joined_at INTEGER NOT NULL,
  joined_by INTEGER NOT NULL REFERENCES staff,
  left_at   INTEGER,
  left_by   INTEGER REFERENCES staff,
  CHECK ((left_at IS NULL) = (left_by IS NULL))
) STRICT;
CREATE INDEX household_member_member ON household_member (member, left_at, household);
CREATE INDEX household_member_household ON household_member (household, left_at, member);

CREATE TRIGGER household_stays BEFORE DELETE ON household BEGIN
  SELECT RAISE(ABORT, 'registers keep their rows');
END;
CREATE TRIGGER household_is_fixed BEFORE UPDATE ON household BEGIN
  SELECT RAISE(ABORT, 'registers change nothing');
END;
CREATE TRIGGER household_member_joins AFTER INSERT ON household_member BEGIN
  SELECT RAISE(ABORT, 'a member is in one household at most')
   WHERE (SELECT count(DISTINCT household) FROM household_member
           WHERE member = NEW.member AND left_at IS NULL) > 1;
END;
CREATE TRIGGER household_member_moves AFTER UPDATE OF member ON household_member BEGIN
  SELECT RAISE(ABORT, 'a member is in one household at most')
   WHERE (SELECT count(DISTINCT household) FROM household_member
           WHERE member = NEW.member AND left_at IS NULL) > 1;
END;
CREATE TRIGGER household_member_is_fixed BEFORE UPDATE OF id, household, joined_at, joined_by, left_at,
  left_by ON household_member
WHEN OLD.left_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.household <> OLD.household
  OR NEW.joined_at <> OLD.joined_at OR NEW.joined_by <> OLD.joined_by
BEGIN
  SELECT RAISE(ABORT, 'who was in a household changes nothing but the member and the end');
END;
