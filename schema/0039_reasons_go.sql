-- Why an intake was dated back may name the person: it goes with her, as what was said does.
DROP TRIGGER complaint_is_fixed;
CREATE TRIGGER complaint_is_fixed BEFORE UPDATE OF id, kind, origin, channel, category, product,
  batch, receipt, received_at, recorded_at, staff, policy, promised_at, calendar, repeats,
  reference, import
  ON complaint
BEGIN
  SELECT RAISE(ABORT, 'what was received and promised does not change');
END;
DROP TRIGGER complaint_texts_only_go;
CREATE TRIGGER complaint_texts_only_go BEFORE UPDATE OF name, contact, text, backdated_why
  ON complaint
WHEN coalesce(NEW.name, NEW.contact, NEW.text, NEW.backdated_why) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'what was said does not change: it goes with the person, or stays');
END;
UPDATE complaint SET name = NULL, contact = NULL, text = NULL, backdated_why = NULL
 WHERE backdated_why IS NOT NULL AND member IN (SELECT id FROM member WHERE status = 'erased');
