"""Makes a sound access log, and the store, the keyring and the anchors that go with it."""

import tempfile

import nacl.bindings as sodium

import access_log
from access_log import Entry, digest_of_detail, digest_of_subjects, entry_message, retired_message
from keyring_mark import Mark
from log_rows import open_log
from make_base import PlainStore, make_ring, schema, settings
from writer import Chance, Sealer, key_file, sign

TABLES = {
    "member": "id INTEGER PRIMARY KEY, status TEXT",
    "log_entry": "seq INTEGER PRIMARY KEY, at INTEGER, staff INTEGER, kind TEXT, command TEXT,"
                 " operation TEXT, epoch INTEGER, detail BLOB, subjects BLOB, mac BLOB,"
                 " signature BLOB, keyring BLOB",
    "log_subject": "seq INTEGER, first INTEGER, last INTEGER, PRIMARY KEY (seq, first)",
    "log_detail": "seq INTEGER PRIMARY KEY, salt BLOB, text TEXT",
    "log_key": "epoch INTEGER PRIMARY KEY, key BLOB",
    "retired_key": "staff INTEGER, sign_key BLOB, last_seq INTEGER, voucher INTEGER,"
                   " signature BLOB, PRIMARY KEY (staff, sign_key)",
}
MADE = [f"CREATE TABLE {table} ({columns})" for table, columns in TABLES.items()]
MANAGER, CLERK = 1, 4  # slots
CLERKS_OLD_KEY = sodium.crypto_sign_seed_keypair(Chance("log old key").take(32))


def literal(value):
    match value:
        case None:
            return "NULL"
        case bytes():
            return f"x'{value.hex()}'"
        case str():
            return f"'{value}'"
    return str(value)


def insertion(table, row):
    return f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))})"


def lines_of(database):
    """The whole log."""
    lines = list(MADE)
    for table in TABLES:
        lines += [insertion(table, row) for row in database.execute(f"SELECT * FROM {table}")]
    return lines


class LogMaker:
    """In the first epoch until rotate(); the clerk's key is the old one then."""

    def __init__(self, writer, keys):
        self.ring, self.owners = writer.ring, writer.owners
        self.keys = {1: Chance("log key 1").take(32), 2: keys.derived(access_log.LABEL)}
        self.chance = Chance("log")
        self.database = open_log("\n".join(MADE).encode())
        self.epoch, self.seq, self.mac = 1, 0, access_log.ZEROS
        self.secrets = {MANAGER: self.owners[MANAGER].sign, CLERK: CLERKS_OLD_KEY[1]}

    def put(self, table, *row):
        self.database.execute(insertion(table, row))

    def older_mark(self, epoch):
        """Of the keyring as it was once."""
        now = Mark.of(self.ring)
        return Mark(epoch, self.chance.take(32), now.health, now.signers).encode()

    def add(self, kind, command, *, by=MANAGER, operation=None, members=(), detail=None, mark=None):
        self.seq += 1
        salt = self.chance.take(16)
        entry = Entry(
            self.seq, 1_772_000_000 + 100 * self.seq, by, kind.encode(), command.encode(),
            operation and operation.encode(), self.epoch,
            digest_of_detail(salt, detail.encode()) if detail else None,
            digest_of_subjects(members), None, None, mark)
        entry.mac = self.mac = entry.mac_of(self.keys[self.epoch], self.mac)
        entry.signature = sign(self.secrets[by], entry_message(self.ring, entry.mac))
        self.put("log_entry", entry.seq, entry.at, by, kind, command, operation, entry.epoch,
                 entry.detail, entry.subjects, entry.mac, entry.signature, mark)
        for span in members:
            self.put("log_subject", self.seq, *span)
        if detail:
            self.put("log_detail", self.seq, salt, detail)

    def rotate(self):
        self.add("change", "store key rotate", mark=self.older_mark(2))
        self.put("log_key", 1, self.keys[1])
        self.epoch = 2

    def reset_clerk(self):
        public, last = CLERKS_OLD_KEY[0], self.seq
        message = retired_message(self.ring, CLERK, public, last)
        self.put("retired_key", CLERK, public, last, MANAGER, sign(self.secrets[MANAGER], message))
        self.add("change", "store staff reset", mark=Mark.of(self.ring).encode())
        self.secrets[CLERK] = self.owners[CLERK].sign

    def erase(self, member, earlier):
        """An entry about her loses its detail."""
        self.add("change", "member forget", operation="forget-1", members=[(member, member)],
                 detail=f"erased M{member}")
        self.database.execute(f"DELETE FROM log_detail WHERE seq = {earlier}")
        self.put("member", member, "erased")

    def anchor(self, digits):
        return f"{self.seq}:{self.mac.hex()[:digits]} 2026-03-01 12:00:00\n"


def make_log(writer, keys):
    """What faults_access_log.py asks of a log, and one who was erased. The log and its anchors."""
    log = LogMaker(writer, keys)
    log.add("change", "store init", mark=log.older_mark(1))
    log.add("change", "member add", operation="add-1", members=[(1, 1)])
    log.add("change", "store staff add", detail="songwei", mark=log.older_mark(1))
    log.add("view", "member show", by=CLERK, members=[(1, 1)])
    log.add("refusal", "member show", by=CLERK, detail="see_contacts")
    log.add("view", "member show", members=[(4, 4)], detail="phone: call")
    log.rotate()
    anchors = "# of the end of each epoch\n" + log.anchor(32)
    log.reset_clerk()
    log.add("change", "member edit", operation="edit-1", members=[(1, 1)])
    log.add("view", "member show", by=CLERK, members=[(1, 1)])
    log.erase(4, 6)
    log.add("change", "member edit", by=CLERK, operation="edit-2", members=[(2, 2)])
    log.add("view", "member export", members=[(1, 3), (5, 5)])
    log.add("change", "member edit", operation="edit-3", members=[(1, 1)])
    return log.database, anchors + log.anchor(64)


def add_access_log(base):
    """To the files of base/."""
    names = ("heying", "luqi", "songwei", "tangmin", "xiaoyu")
    writer, keys = make_ring("log", names, epoch=2)
    database, anchors = make_log(writer, keys)
    with tempfile.TemporaryDirectory() as directory:
        plain = PlainStore(directory, "log")
        plain.commit(*schema(), *settings(writer.ring, 1))
        plain.checkpoint()
        pages = plain.pages()
        plain.database.close()
    base.log_owners = writer.owners
    base.files |= {
        "log.keys": writer.encode(),
        "log.key": key_file(writer.ring, MANAGER, writer.owners[MANAGER]),
        "log.db": Sealer(keys, "log").file(pages),
        "access.log": "".join(line + "\n" for line in lines_of(database)).encode(),
        "access.anchors": anchors.encode(),
    }
