"""Access logs changed in plain copies of a store, as whoever has some of its keys can."""

import copy
import pathlib
from dataclasses import astuple, dataclass, replace

import nacl.bindings as sodium

from access_log import (ENTRY_ROWS, ZEROS, AccessLog, Entry, digest_of_detail, digest_of_subjects,
                        entry_message, is_signed, log_keys, retired_message)
from engine import Store, open_image
from make_base import pages_of
from opening import open_keyring, open_secrets, parse_key_file
from reader import files_of
from writer import Sealer, sign

WHOLE = []  # what is stated where nothing is to be found
MADE_UP = sodium.crypto_sign_seed_keypair(b"a key pair that nobody was given")
TABLES = ("log_entry", "log_detail", "log_subject")


def of_each(seqs, *what):
    return [(seq, one) for seq in seqs for one in what]


@dataclass
class Signer:
    slot: int
    secret: bytes

    @staticmethod
    def of(ring, key_file):
        _, slot_number, secret = parse_key_file(key_file)
        return Signer(slot_number, open_secrets(ring, ring.find(slot_number), secret)[1])


class StoreToCopy:
    """A sound store, and the keys of two who work in it."""

    def __init__(self, directory, manager_key, clerk_key, now):
        files = files_of(directory)
        keys = [pathlib.Path(path).read_bytes() for path in (manager_key, clerk_key)]
        self.opened = open_keyring(files["store.keys"], keys[0], now)
        self.manager, self.clerk = (Signer.of(self.opened.ring, key) for key in keys)
        log = files.get("store.db-wal", b"")
        self.image = Store(files["store.db"], log, self.opened.keys).image()


class LogCopy:
    def __init__(self, store):
        self.opened = copy.deepcopy(store.opened)
        self.ring = self.opened.ring
        self.manager, self.clerk = store.manager, store.clerk
        self.database = open_image(store.image)
        self.database.isolation_level = None
        self.run("PRAGMA ignore_check_constraints=ON")
        self.keys = log_keys(self.database, self.opened.keys)
        self.triggers = self.run("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        for name, _ in self.triggers:
            self.run(f"DROP TRIGGER {name}")

    def run(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def said(self):
        return AccessLog(self.database, self.opened).lines()

    def write_sealed(self, directory):
        """The store with this database and this keyring, its MAC in order, without a log."""
        for _, sql in self.triggers:
            self.run(sql)
        image = bytearray(self.database.serialize())
        image[18:20] = b"\2\2"
        keys, body = self.opened.keys, self.ring.encode_body()
        files = {"store.db": Sealer(keys, "copy").file(pages_of(bytes(image))),
                 "store.keys": body + self.ring.mac_of(body, keys.data_key)}
        directory.mkdir(mode=0o700, parents=True)
        for name, data in files.items():
            (directory / name).write_bytes(data)
            (directory / name).chmod(0o600)

    def entries(self):
        return [Entry(*row) for row in self.run(ENTRY_ROWS)]

    def entry(self, seq):
        return next(entry for entry in self.entries() if entry.seq == seq)

    def last(self):
        return self.run("SELECT max(seq) FROM log_entry")[0][0]

    def is_by_key_now(self, seq):
        entry = self.entry(seq)
        key = self.ring.find(entry.staff).sign_key
        return is_signed(key, entry_message(self.ring, entry.mac), entry.signature)

    def put_as(self, seq, entry):
        texts = [entry.kind.decode(), entry.command.decode(),
                 None if entry.operation is None else entry.operation.decode()]
        values = [seq, entry.at, entry.staff, *texts, *astuple(entry)[6:]]
        self.run(f"REPLACE INTO log_entry VALUES ({', '.join('?' * len(values))})", *values)

    def edit(self, seq, **fields):
        self.put_as(seq, replace(self.entry(seq), **fields))

    def remove(self, *seqs, rows=TABLES):
        for seq in seqs:
            for table in rows:
                self.run(f"DELETE FROM {table} WHERE seq = ?", seq)

    def renumber(self, old, new, tables=TABLES):
        for table in tables:
            self.run(f"UPDATE {table} SET seq = ? WHERE seq = ?", new, old)

    def move(self, start, step):
        """Numbers all entries from `start` on anew, and what belongs to them."""
        order = range(start, self.last() + 1)
        for seq in order if step < 0 else reversed(order):
            self.renumber(seq, seq + step)

    def swap(self, one, other, tables=TABLES):
        for old, new in ((one, -1), (other, one), (-1, other)):
            self.renumber(old, new, tables)

    def fit_mac(self, seq):
        before = self.entry(seq - 1).mac if seq > 1 else ZEROS
        self.fit_mac_after(seq, before)

    def fit_mac_after(self, seq, before):
        entry = self.entry(seq)
        self.edit(seq, mac=entry.mac_of(self.keys[entry.epoch], before))

    def fit_macs(self, start):
        """From `start` to the end."""
        for seq in range(start, self.last() + 1):
            self.fit_mac(seq)

    def fit_digests(self, seq):
        detail = self.run("SELECT salt, CAST(text AS BLOB) FROM log_detail WHERE seq = ?", seq)
        members = self.run("SELECT first, last FROM log_subject WHERE seq = ? ORDER BY first", seq)
        self.edit(seq, detail=digest_of_detail(*detail[0]) if detail else None,
                  subjects=digest_of_subjects(members))

    def sign(self, seq, secret=None):
        """By the clerk, unless it is said with which key."""
        message = entry_message(self.ring, self.entry(seq).mac)
        self.edit(seq, signature=sign(secret or self.clerk.secret, message))

    def retire(self, staff, sign_key, voucher, secret, last_seq=None):
        """A key that `staff` is said to have had, vouched for with this secret."""
        last_seq = self.last() if last_seq is None else last_seq
        signature = sign(secret, retired_message(self.ring, staff, sign_key, last_seq))
        self.run("REPLACE INTO retired_key VALUES (?, ?, ?, ?, ?)", staff, sign_key, last_seq,
                 voucher, signature)
