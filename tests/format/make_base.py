"""Makes the sound stores that the vectors start from; everything in them follows from seeds."""

import pathlib
import re
import sqlite3
import struct
import tempfile
from dataclasses import dataclass, field

import backup
import keyring
from engine import PAGE, PLAIN_MAGIC, TEXT, Keys, digest_of_rows
from writer import (Chance, Frame, Owner, PlainLog, RingWriter, Sealer, key_file, new_slot,
                    seal_log, with_random_bytes)

SCHEMA = pathlib.Path(__file__).parents[2] / "schema" / "0001_store.sql"
CLERK = 1
MANAGER_AND_PHARMACIST = keyring.MANAGER | keyring.PHARMACIST
KEY_FILES = {1: "wangli.key", 4: "zhaomin.key", 5: "chenjie.key", 6: "huangting.key"}


def empty_image():
    """The first page of a new store: commit number 1."""
    header = PLAIN_MAGIC + struct.pack(">HBBBBBBIIII", PAGE, 2, 2, 48, 64, 32, 32, 1, 1, 0, 0)
    header += struct.pack(">IIIIIIII", 0, 4, 0, 0, 1, 0, 0, 1)
    header = header.ljust(92, b"\0") + struct.pack(">II", 1, 3040001)
    return (header + struct.pack(">BHHHB", 13, 0, 0, TEXT, 0)).ljust(PAGE, b"\0")


def pages_of(data):
    return [data[at : at + PAGE] for at in range(0, len(data), PAGE)]


class PlainStore:
    """A plain SQLite database that is written commit by commit."""

    def __init__(self, directory, seed):
        self.path = pathlib.Path(directory) / f"{seed}.db"
        self.path.write_bytes(empty_image())
        self.chance = Chance(f"plain {seed}")
        self.commit_number = 1
        self.digests = {}
        self.database = sqlite3.connect(self.path, isolation_level=None)
        self.database.execute("PRAGMA wal_autocheckpoint=0")
        self.database.execute("PRAGMA secure_delete=ON")

    def commit(self, *statements):
        self.commit_number += 1
        self.database.execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            self.database.execute(sql, values)
        self.database.execute(f"PRAGMA application_id={self.commit_number}")
        self.database.execute("COMMIT")
        self.digests[self.commit_number] = digest_of_rows(self.database)

    def checkpoint(self):
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def randomised(self, number, page):
        return with_random_bytes(page, self.chance) if number == 1 else page

    def pages(self):
        pages = pages_of(self.path.read_bytes())
        return [self.randomised(i + 1, page) for i, page in enumerate(pages)]

    def log(self):
        data = pathlib.Path(f"{self.path}-wal").read_bytes()
        frames = []
        for at in range(32, len(data), 24 + PAGE):
            number, size = struct.unpack(">II", data[at : at + 8])
            page = data[at + 24 : at + 24 + PAGE]
            frames.append(Frame(number, size, self.randomised(number, page)))
        return PlainLog(self.chance.take(8), frames)


def settings(ring, generation):
    root = ring.root().sign_key.hex()
    values = {"zone": "Asia/Shanghai", "keyring_generation": str(generation), "keyring_root": root}
    return [("INSERT INTO setting (key, value) VALUES (?, ?)", pair) for pair in values.items()]


def operation(name, mask, size=40):
    request = Chance(name).take(32)
    return (
        "INSERT INTO operation (id, request, mask, result, at, staff) VALUES (?, ?, ?, ?, ?, 1)",
        (name, request, mask, "x" * size, 1_772_000_000),
    )


@dataclass
class Base:
    keys: Keys
    writer: RingWriter
    log: PlainLog = None  # of store.db-wal
    pages: list = None  # of store.db
    digests: dict = None  # of the rows, by commit number
    backup_header: backup.Header = None
    log_owners: dict = None  # of the access log's keyring, by slot number
    files: dict = field(default_factory=dict)


def schema():
    """The first schema, statement by statement."""
    text = re.sub("--.*", "", SCHEMA.read_text())
    made = [(sql.strip(), ()) for sql in text.split(";") if sql.strip()]
    return [*made, ("PRAGMA user_version=1", ())]


def make_ring(seed, names, epoch=1):
    """The root, the recovery code, a manager with a passphrase, a clerk whom that one made, a
    pharmacist who left after making the first health key, and one who came after that."""
    chance = Chance(f"ring {seed}")
    ring = keyring.Keyring(epoch, 1, chance.take(16), chance.take(16))
    data_key = chance.take(32)
    left = {"flags": keyring.DISABLED, "changed": 1_774_000_000}
    slots = [
        new_slot(1, names[0], "王丽", MANAGER_AND_PHARMACIST),
        new_slot(2, "recovery", "recovery", MANAGER_AND_PHARMACIST, keyring.RECOVERY),
        new_slot(3, names[1], "李娜", keyring.MANAGER, keyring.PASSPHRASE),
        new_slot(4, names[2], "赵敏", CLERK, signer=3),
        new_slot(5, names[3], "陈杰", keyring.PHARMACIST, signer=3, **left),
        new_slot(6, names[4], "黄婷", keyring.PHARMACIST, expires=1_900_000_000),
    ]
    owners = {slot.number: Owner.make(f"{seed} {slot.number}") for slot in slots}
    writer = RingWriter(ring, data_key, owners)
    writer.add_health_key(1, 5)
    writer.add_health_key(3, 1)
    for slot in slots:
        ring.slots.append(slot)
        writer.fill(slot, seed)
    for number, epoch, granter in [(1, 1, 5), (1, 3, 1), (2, 1, 5), (2, 3, 1), (3, 1, 1), (3, 3, 6),
                                   (6, 3, 1)]:
        writer.grant_health(ring.find(number), epoch, granter)
    for slot in slots:
        writer.sign(slot)
    for key in ring.health_keys:
        writer.sign_health_key(key)
    return writer, Keys(ring.file_id, ring.epoch, data_key)


def add_backup(base):
    """What a backup has besides the keyring and the pages of store.db. That store is of a schema
    without an access log."""
    ring, parts = base.writer.ring, [base.files[name] for name in ("store.keys", "store.db")]
    base.backup_header = backup.Header(
        ring.epoch, 1_774_500_000, ring.store_id, ring.file_id, 0, bytes(32),
        len(base.pages), len(parts[0])
    )
    head = base.backup_header.encode()
    base.files["backup.head"] = head
    body = b"".join([head, *parts])
    base.files["backup.mac"] = backup.mac_of(body, base.keys.data_key, ring.store_id)


def make_main(directory):
    writer, keys = make_ring("main", ("wangli", "lina", "zhaomin", "chenjie", "huangting"))
    base = Base(keys, writer)
    files, ring = base.files, writer.ring
    files["older.keys"] = writer.encode()
    ring.generation = 2
    files["store.keys"] = writer.encode()
    for number, name in KEY_FILES.items():
        files[name] = key_file(ring, number, writer.owners[number])
    files["data.key"] = keys.data_key

    plain = PlainStore(directory, "main")
    mask = plain.chance.take
    sealer = Sealer(keys, "main")
    policy = ("INSERT INTO policy VALUES (1, 0, 'points = true', 1772000000, 1)", ())
    staff = ("INSERT INTO staff (id, login) VALUES (1, 'wangli')", ())
    plain.commit(*schema(), *settings(ring, 2), staff, policy, operation("import-0", mask(16), 5000))
    plain.checkpoint()
    plain.commit(operation("sale-1", mask(16)))
    plain.commit(operation("sale-2", mask(16)))
    files["older.wal"] = seal_log(sealer, plain.log())
    plain.checkpoint()
    base.pages = plain.pages()
    files["store.db"] = sealer.file(base.pages)
    plain.commit(operation("sale-3", mask(16)))
    plain.commit(operation("import-1", mask(16), 3500))
    plain.commit(("INSERT INTO staff (id, login) VALUES (4, 'zhaomin')", ()),
                 operation("sale-4", mask(16)))
    base.log = plain.log()
    files["store.db-wal"] = seal_log(sealer, base.log)
    plain.checkpoint()
    plain.commit(operation("sale-5", mask(16)))
    plain.commit(("UPDATE policy SET document = 'points = false'", ()))
    files["newer.wal"] = seal_log(sealer, plain.log())
    base.digests = plain.digests
    plain.database.close()
    add_backup(base)
    return base


def make_other(directory):
    """Another store: other keys, other staff."""
    writer, keys = make_ring("other", ("sunhao", "zhouyu", "wujing", "zhengyi", "fengxue"))
    files = {"other.keys": writer.encode(), "other.key": key_file(writer.ring, 1, writer.owners[1])}
    plain = PlainStore(directory, "other")
    sealer = Sealer(keys, "other")
    plain.commit(("CREATE TABLE setting (key TEXT, value TEXT)", ()), *settings(writer.ring, 1))
    plain.checkpoint()
    files["other.db"] = sealer.file(plain.pages())
    plain.commit(("INSERT INTO setting (key, value) VALUES ('zone', 'UTC')", ()))
    files["other.wal"] = seal_log(sealer, plain.log())
    plain.database.close()
    return files


def make_base():
    with tempfile.TemporaryDirectory() as directory:
        base = make_main(directory)
        base.files.update(make_other(directory))
    return base
