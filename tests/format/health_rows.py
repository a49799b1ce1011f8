"""What is said of the health notes and buyers in an opened store, and of rows by themselves."""

from health import (BUYER, NOTE, HealthReader, buyer_verdict, document_tag, note_keys, note_tag,
                    note_verdict)
from opening import open_keyring

FIRST_SCHEMA = {NOTE: 12, BUYER: 22}  # that has their tables
NOTE_ROWS = """
    SELECT id, member, written_for, epoch, sealed, alerts = 'tags' AND ended_at IS NULL
      FROM health_note ORDER BY id"""
BUYER_ROWS = "SELECT receipt, epoch, sealed, tag FROM special_buyer ORDER BY receipt"


class RowReader:
    """Says what is in rows that are given by themselves."""

    def __init__(self, base, now):
        self.base, self.now = base, now
        self.readers = {}  # by key file

    def reader(self, key_file):
        if key_file not in self.readers:
            opened = open_keyring(self.base["store.keys"], key_file, self.now)
            self.readers[key_file] = HealthReader(opened)
        return self.readers[key_file]

    def verdict(self, row):
        reader, tag_key = self.reader(row.key_file), self.base[f"{row.kind}.tag-key"]
        verdict = note_verdict if row.kind == NOTE else buyer_verdict
        return verdict(reader, tag_key, row.number, row.epoch, row.sealed)


def tag_key_of(database, table):
    found = database.execute(f"SELECT key FROM {table} WHERE id = 1").fetchone()
    return found[0] if found else bytes(32)


def opened_notes(database, opened):
    """Number, member, and facts of each note; CLOSED or DAMAGED in place of these."""
    reader = HealthReader(opened)
    for number, member, written_for, epoch, sealed, _ in database.execute(NOTE_ROWS):
        yield number, member, reader.note(written_for, epoch, sealed)


def has_blind_alerts(database):
    found = database.execute("SELECT value FROM setting WHERE key = 'blind_alerts'").fetchone()
    return found is None or found[0] != "no"


def lines_of_notes(database, reader):
    # Without blind alerts no note has tags, and there is no key to make them with.
    is_blind = has_blind_alerts(database)
    tag_key = tag_key_of(database, "health_tag_key") if is_blind else None
    tags = set(database.execute("SELECT note, tag FROM health_tag"))
    tagged = {note for note, _ in tags}
    for number, _, written_for, epoch, sealed, is_tagged in database.execute(NOTE_ROWS):
        verdict = note_verdict(reader, tag_key, written_for, epoch, sealed)
        facts = reader.note(written_for, epoch, sealed)
        is_open = not isinstance(facts, str)
        if is_open and not is_blind:
            verdict += " tagged" if number in tagged else ""
        elif is_open and is_tagged:
            own = {(number, note_tag(tag_key, written_for, key)) for key in note_keys(facts)}
            verdict += "" if own <= tags else " untagged"
        yield f"note-{number}", verdict


def lines_of_buyers(database, reader):
    tag_key = tag_key_of(database, "special_tag_key")
    for receipt, epoch, sealed, tag in database.execute(BUYER_ROWS):
        verdict = buyer_verdict(reader, tag_key, receipt, epoch, sealed)
        buyer = reader.buyer(receipt, epoch, sealed)
        if not isinstance(buyer, str):
            own = document_tag(tag_key, buyer["document"], buyer["number"])
            verdict += "" if own == tag else " untagged"
        yield f"buyer-{receipt}", verdict


def lines_of_store(database, opened):
    (schema,) = database.execute("PRAGMA user_version").fetchone()
    reader = HealthReader(opened)
    if schema >= FIRST_SCHEMA[NOTE]:
        yield from lines_of_notes(database, reader)
    if schema >= FIRST_SCHEMA[BUYER]:
        yield from lines_of_buyers(database, reader)
