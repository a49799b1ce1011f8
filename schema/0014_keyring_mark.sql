-- What the keyring was after a change of it, in the entry of that change, so that nothing older can
-- be put back into it: pharmacy-store(5) has the bytes. MAC and signature of the entry cover it.
ALTER TABLE log_entry ADD COLUMN keyring BLOB CHECK (length(keyring) BETWEEN 104 AND 38066);
CREATE INDEX log_entry_keyring ON log_entry (seq) WHERE keyring IS NOT NULL;
