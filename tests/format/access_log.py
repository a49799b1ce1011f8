"""Verifies the access log of an opened store, as pharmacy-store(5) describes it.

Any table's rows may be anything here: whoever has the data key can write them.
"""

import hashlib
import sqlite3
import struct
from dataclasses import dataclass

from engine import Refused
from keyring import labelled, u32
from keyring_mark import Marks
from opening import check_certificate, check_signature

FIRST_SCHEMA = 6  # the first whose stores have an access log
MARK_SCHEMA = 14  # the first in which it tells of the keyring
KINDS = (b"change", b"view", b"refusal")
LABEL = b"pharmacy.log"
RETIRED_LABEL = b"pharmacy.retired"
ZEROS = bytes(32)  # in place of a digest or MAC where there is none
MOST_TEXT = 255  # of what is counted in a byte
SALT = 16
# What is said of an entry, after its number.
MISSING = "is missing"
MALFORMED = "is malformed"
EPOCH = "is of an epoch out of order"
NO_KEY = "is of an epoch without a key"
MAC = "does not fit its MAC"
NOBODY = "is of nobody in the keyring"
SIGNATURE = "is not signed by who acted"
NO_DETAIL = "lacks its detail"
ADDED_DETAIL = "had no detail"
DETAIL = "does not fit its detail"
SUBJECTS = "does not fit its members"
UNVOUCHED = "has an old key that no manager vouches for"  # of a slot, not of an entry
MARK = "has a mark of the keyring that does not count"
OUTDATED = "is the newest, but not of this keyring"  # of the newest mark
NO_ENTRY = "has a detail or members, but is no entry"
# Texts as bytes: one that is no UTF-8 is a fault like others, and no error.
ROWS = """
    SELECT seq, at, staff, CAST(kind AS BLOB), CAST(command AS BLOB), CAST(operation AS BLOB),
           epoch, detail, subjects, mac, signature, {keyring}
      FROM log_entry ORDER BY seq"""
ENTRY_ROWS = ROWS.format(keyring="keyring")
ENTRY_ROWS_BEFORE_MARKS = ROWS.format(keyring="NULL")
DETAIL_ROWS = "SELECT seq, salt, CAST(text AS BLOB) FROM log_detail"
SUBJECT_ROWS = "SELECT seq, first, last FROM log_subject ORDER BY seq, first"
# Who was erased, and the last entry that says so.
ERASED_ROWS = """
    SELECT m.id, max(e.seq) FROM member m JOIN log_subject s ON m.id BETWEEN s.first AND s.last
      JOIN log_entry e ON e.seq = s.seq JOIN log_detail d ON d.seq = e.seq
     WHERE m.status = 'erased' AND e.kind = 'change'
       AND ' ' || d.text || ' ' GLOB '* erased M' || m.id || ' *' GROUP BY m.id"""
RETIRED_ROWS = "SELECT staff, sign_key, last_seq, voucher, signature FROM retired_key"
FOREVER = 1 << 63  # more than any entry's number


def digest(data):
    return hashlib.blake2b(data, digest_size=32).digest()


def counted(text):
    return bytes([len(text)]) + text


def is_number(value, size):
    return isinstance(value, int) and 0 <= value < 1 << 8 * size


def is_bytes(value, size):
    return isinstance(value, bytes) and len(value) == size


@dataclass
class Entry:
    seq: int
    at: int
    staff: int  # slot of who acted
    kind: bytes
    command: bytes
    operation: bytes  # None for none
    epoch: int
    detail: bytes  # digest of it, None for none
    subjects: bytes  # digest of them
    mac: bytes
    signature: bytes
    keyring: bytes  # its mark, None for none

    def is_well_formed(self):
        numbers = ((self.seq, 8), (self.at, 8), (self.staff, 4), (self.epoch, 2))
        digests = (self.detail or ZEROS, self.subjects, self.mac)
        return (
            all(is_number(value, size) for value, size in numbers)
            and self.kind in KINDS
            and isinstance(self.command, bytes)
            and max(len(self.command), len(self.operation or b"")) <= MOST_TEXT
            and all(is_bytes(value, 32) for value in digests)
            and is_bytes(self.signature, 64)
            and isinstance(self.keyring, bytes | None)
        )

    def covered(self, before):
        """What the MAC covers; `before` is the MAC of the entry before."""
        return (
            struct.pack(">QQI", self.seq, self.at, self.staff)
            + counted(self.kind) + counted(self.command) + counted(self.operation or b"")
            + struct.pack(">H", self.epoch)
            + (self.detail or ZEROS) + self.subjects + before + (self.keyring or b"")
        )

    def mac_of(self, key, before):
        return hashlib.blake2b(self.covered(before), key=key, digest_size=32).digest()


def entry_message(ring, mac):
    return labelled(LABEL, ring.store_id, mac)


def retired_message(ring, slot_number, sign_key, last_seq):
    return labelled(RETIRED_LABEL, ring.store_id, u32(slot_number), sign_key,
                    struct.pack(">Q", last_seq))


def digest_of_detail(salt, text):
    return digest(salt + text)


def fits_detail(stated, salt, text):
    """A salt of another length could take bytes from the text, and the digest be the same."""
    of_form = is_bytes(salt, SALT) and isinstance(text, bytes)
    return of_form and digest_of_detail(salt, text) == stated


def digest_of_subjects(spans):
    return digest(b"".join(struct.pack(">QQ", *span) for span in spans))


def fits(check, *arguments):
    try:
        check(*arguments)
    except Refused:
        return False
    return True


def is_signed(key, message, signature):
    return fits(check_signature, key, message, signature)


class SignKeys:
    """By which keys a slot may have signed: its own, and those that it had up to an entry."""

    def __init__(self, database, ring):
        self.ring = ring
        # A key in the keyring is the slot's where a manager says so: the MAC says nothing of that.
        self.of_slot = {
            slot.number: [(slot.sign_key, FOREVER)] if fits(check_certificate, ring, slot) else []
            for slot in ring.slots
        }
        self.unvouched = []
        for staff, sign_key, last_seq, voucher, signature in database.execute(RETIRED_ROWS):
            if not self.is_vouched_for(staff, sign_key, last_seq, voucher, signature):
                self.unvouched.append(staff)
            elif staff in self.of_slot:
                self.of_slot[staff].append((sign_key, last_seq))

    def is_vouched_for(self, staff, sign_key, last_seq, voucher, signature):
        manager = self.ring.find(voucher)
        if manager is None or not manager.may_vouch():
            return False
        return (
            fits(check_certificate, self.ring, manager)
            and is_number(staff, 4) and is_number(last_seq, 8)
            and is_bytes(sign_key, 32) and is_bytes(signature, 64)
            and is_signed(manager.sign_key,
                          retired_message(self.ring, staff, sign_key, last_seq), signature)
        )

    def signed(self, entry, message):
        return any(entry.seq <= last_seq and is_signed(key, message, entry.signature)
                   for key, last_seq in self.of_slot[entry.staff])


def log_keys(database, keys):
    """By epoch. That of the current one is derived, whatever the table says."""
    kept = dict(database.execute("SELECT epoch, key FROM log_key"))
    kept = {epoch: key for epoch, key in kept.items() if is_bytes(key, 32)}
    return kept | {keys.epoch: keys.derived(LABEL)}


def subjects_by_entry(database):
    found = {}
    for seq, *span in database.execute(SUBJECT_ROWS):
        found.setdefault(seq, []).append(span)
    return found


class AccessLog:
    """What is found in verifying the log: `faults` has pairs of an entry's number and text."""

    def __init__(self, database, opened):
        self.faults = []
        self.count = 0
        self.last = (0, ZEROS)  # number and MAC of the entry before
        self.macs = {}  # by number
        self.epoch = 1  # of that entry
        self.ring, self.keys = opened.ring, opened.keys
        self.marks = Marks()
        (schema,) = database.execute("PRAGMA user_version").fetchone()
        if schema < FIRST_SCHEMA:
            return
        try:
            self.read(database, ENTRY_ROWS if schema >= MARK_SCHEMA else ENTRY_ROWS_BEFORE_MARKS)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            self.fault(self.last[0], f"cannot be read on: {error}")

    def fault(self, seq, what):
        self.faults.append((seq, what))

    def read(self, database, rows):
        self.log_keys = log_keys(database, self.keys)
        self.sign_keys = SignKeys(database, self.ring)
        self.details = {seq: rest for seq, *rest in database.execute(DETAIL_ROWS)}
        self.subjects = subjects_by_entry(database)
        self.erased = dict(database.execute(ERASED_ROWS))
        for row in database.execute(rows):
            self.check(Entry(*row))
            self.count += 1
        for staff in self.sign_keys.unvouched:
            self.fault(staff, UNVOUCHED)
        for seq in sorted(self.details | self.subjects, key=str):
            self.fault(seq, NO_ENTRY)
        if not self.marks.fit(self.ring):
            self.fault(self.marked, OUTDATED)

    def check(self, entry):
        if entry.seq != self.last[0] + 1:
            self.fault(self.last[0] + 1, MISSING)
        detail = self.details.pop(entry.seq, None)
        subjects = self.subjects.pop(entry.seq, [])
        if not entry.is_well_formed():
            self.fault(entry.seq, MALFORMED)
            seq = entry.seq if isinstance(entry.seq, int) else self.last[0]
            self.last = (seq, entry.mac if is_bytes(entry.mac, 32) else ZEROS)
            return
        if self.mac_fits(entry):
            self.marks.meet_epoch(entry.epoch)
            if self.signature_fits(entry) and entry.keyring is not None:
                self.check_mark(entry)
        else:
            self.signature_fits(entry)
        self.check_detail(entry, detail, subjects)
        self.check_subjects(entry, subjects)
        self.macs[entry.seq] = entry.mac
        self.last, self.epoch = (entry.seq, entry.mac), entry.epoch

    def mac_fits(self, entry):
        faults = len(self.faults)
        if not self.epoch <= entry.epoch <= self.keys.epoch:
            self.fault(entry.seq, EPOCH)
        key = self.log_keys.get(entry.epoch)
        if key is None:
            self.fault(entry.seq, NO_KEY)
        elif entry.mac_of(key, self.last[1]) != entry.mac:
            self.fault(entry.seq, MAC)
        return faults == len(self.faults)

    def signature_fits(self, entry):
        if self.ring.find(entry.staff) is None:
            self.fault(entry.seq, NOBODY)
        elif not self.sign_keys.signed(entry, entry_message(self.ring, entry.mac)):
            self.fault(entry.seq, SIGNATURE)
        else:
            return True
        return False

    def check_mark(self, entry):
        if self.marks.takes(entry, entry_message(self.ring, entry.mac)):
            self.marked = entry.seq
        else:
            self.fault(entry.seq, MARK)

    def is_about_erased(self, entry, subjects):
        return any(first <= member <= last and seq > entry.seq
                   for member, seq in self.erased.items() for first, last in subjects
                   if is_number(first, 8) and is_number(last, 8))

    def check_detail(self, entry, detail, subjects):
        if detail is None and self.is_about_erased(entry, subjects):
            return
        if (entry.detail is None) != (detail is None):
            self.fault(entry.seq, NO_DETAIL if detail is None else ADDED_DETAIL)
        elif detail is not None and not fits_detail(entry.detail, *detail):
            self.fault(entry.seq, DETAIL)

    def check_subjects(self, entry, subjects):
        are_numbers = all(is_number(end, 8) for span in subjects for end in span)
        if not are_numbers or digest_of_subjects(subjects) != entry.subjects:
            self.fault(entry.seq, SUBJECTS)

    def lines(self):
        """What reader.py prints."""
        if self.faults:
            return [f"{seq} {what}" for seq, what in self.faults]
        seq, mac = self.last
        return [f"whole {self.count} {seq}:{mac.hex()[:32]}"]
