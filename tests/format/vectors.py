"""Builds the stores of vectors.txt: each line is one fault in one file of a sound store.

A line has four columns, with two spaces or more between them: NAME  FILE  CHANGE  VERDICT.

FILE    the file that is changed; after "store.db", the word "alone" takes the log away; after
        "store.keys" and "store.backup", the key file that opens it, wangli.key unless it is named.
        "store.backup" is a backup and no store: backup.head, store.keys, store.db, backup.mac.
        What ends in ".note" or ".buyer" is what is sealed in a row: after it, the number of the
        member or receipt and the epoch that the row has; then the key file. "access.log" is lines
        of SQL that make an access log, after which a file of anchors may be named, to be compared
        with it; "access.anchors" is such a file, of the log as it is. Their keyring is log.keys
CHANGE  one step or more, "; " between them; numbers are decimal, bytes hexadecimal:
        nothing
        flip BYTE BIT               bit 0 is the lowest
        put AT BYTES
        zero AT LENGTH
        cut LENGTH                  what is left
        extend LENGTH               by so many zero bytes
        swap AT AT LENGTH
        copy AT FILE AT LENGTH      from a file of base/ as it is there
        become FILE                 of base/
        patch FILE                  of patches/: the length of the result (4 bytes), then offset
                                    (4), length (4) and bytes of each piece, big-endian
        line TEXT                   more at the end
        mac                         that of a keyring anew, as whoever has the data key can
        backup-mac                  the same of a backup
        remove
VERDICT what reader.py prints where it is TIME. Of a row, "note" or "buyer", and then "damaged",
        "closed" where the key file has no key to it, or what it says: a value of more than 60 bytes
        by its length and the beginning of its BLAKE2b-256. After "tags", the beginnings of those
        that belong to it, under the keys note.tag-key and buyer.tag-key. Of a log, "log" and then
        "whole" and the anchor of its newest entry, or what is wrong with which entry; or the line
        that is no anchor
"""

import hashlib
import pathlib
import re
from dataclasses import dataclass

from engine import derive

TIME = 1_800_000_000
STORE_FILES = ("store.db", "store.db-wal", "store.keys")
BACKUP = "store.backup"
BACKUP_PARTS = ("backup.head", "store.keys", "store.db", "backup.mac")
LOG, ANCHORS = "access.log", "access.anchors"
ROW = re.compile(r"\S+\.(note|buyer)")


@dataclass
class Vector:
    name: str
    file: str
    change: str
    verdict: str

    def __str__(self):
        return "  ".join([self.name, self.file, self.change, self.verdict])

    def is_log(self):
        return self.file.split(" ")[0] in (LOG, ANCHORS)

    def is_row(self):
        return ROW.fullmatch(self.file.split(" ")[0]) is not None


@dataclass
class Row:
    kind: str  # "note" or "buyer"
    number: int  # of the member when it was written, or of the receipt
    epoch: int
    sealed: bytes
    key_file: bytes


def apply_patch(data, patch):
    def u32(at):
        return int.from_bytes(patch[at : at + 4], "big")

    out = bytearray(data[: u32(0)].ljust(u32(0), b"\0"))
    at = 4
    while at < len(patch):
        start, length = u32(at), u32(at + 4)
        out[start : start + length] = patch[at + 8 : at + 8 + length]
        at += 8 + length
    return bytes(out)


def make_patch(old, new):
    """Where `new` differs from `old`; pieces close to each other are joined."""
    old = old[: len(new)].ljust(len(new), b"\0")
    pieces = []
    for at in (i for i in range(len(new)) if old[i] != new[i]):
        if pieces and at - pieces[-1][1] < 16:
            pieces[-1][1] = at + 1
        else:
            pieces.append([at, at + 1])
    patch = len(new).to_bytes(4, "big")
    for start, end in pieces:
        patch += start.to_bytes(4, "big") + (end - start).to_bytes(4, "big") + new[start:end]
    return patch


def with_backup(files):
    return files | {BACKUP: b"".join(files[name] for name in BACKUP_PARTS)}


class Vectors:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        files = {p.name: p.read_bytes() for p in (self.directory / "base").iterdir()}
        self.base = with_backup(files)
        text = (self.directory / "vectors.txt").read_text()
        rows = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.lines = [Vector(*re.split(r" {2,}", row)) for row in rows]

    def step(self, data, step):
        """The bytes after one step; None where the file is removed."""
        verb, *words = step.split(" ")
        out = bytearray(data)
        match verb, words:
            case "nothing", []:
                pass
            case "flip", [at, bit]:
                out[int(at)] ^= 1 << int(bit)
            case "put", [at, content]:
                out[int(at) : int(at) + len(content) // 2] = bytes.fromhex(content)
            case "zero", [at, length]:
                out[int(at) : int(at) + int(length)] = bytes(int(length))
            case "cut", [length]:
                del out[int(length) :]
            case "extend", [length]:
                out += bytes(int(length))
            case "swap", [one, other, length]:
                a, b, size = int(one), int(other), int(length)
                out[a : a + size], out[b : b + size] = out[b : b + size], out[a : a + size]
            case "copy", [to, name, start, length]:
                piece = self.base[name][int(start) : int(start) + int(length)]
                out[int(to) : int(to) + int(length)] = piece
            case "become", [name]:
                out[:] = self.base[name]
            case "patch", [name]:
                out[:] = apply_patch(data, (self.directory / "patches" / name).read_bytes())
            case "line", [_, *_]:
                out += step.removeprefix("line ").encode() + b"\n"
            case "mac", []:
                key = derive(self.base["data.key"], b"pharmacy.keyring", data[20:36])
                out[-32:] = hashlib.blake2b(data[:-32], key=key, digest_size=32).digest()
            case "backup-mac", []:
                key = derive(self.base["data.key"], b"pharmacy.backup", data[20:36])
                out[-32:] = hashlib.blake2b(data[:-32], key=key, digest_size=32).digest()
            case "remove", []:
                return None
            case _:
                raise ValueError(f"no such change: {step}")
        return bytes(out)

    def changed(self, data, vector):
        for step in vector.change.split("; "):
            data = self.step(data, step)
        return data

    def row(self, vector):
        name, number, epoch, *more = vector.file.split(" ")
        key_file = self.base[more[0] if more else "wangli.key"]
        sealed = self.changed(self.base[name], vector)
        return Row(name.split(".")[1], int(number), int(epoch), sealed, key_file)

    def log(self, vector):
        """The lines of an access log, and the anchors that it is compared with."""
        name, *more = vector.file.split(" ")
        data = self.changed(self.base[name], vector)
        if name == ANCHORS:
            return self.base[LOG], data
        return data, self.base[more[0]] if more else b""

    def build(self, vector):
        """The files of the store, or the backup, and the key file that is to open it."""
        name, *more = vector.file.split(" ")
        kept = (BACKUP,) if name == BACKUP else STORE_FILES
        files = {name: self.base[name] for name in kept}
        key_name = "wangli.key"
        if more == ["alone"]:
            del files["store.db-wal"]
        elif more:
            key_name = more[0]
        files[key_name] = self.base[key_name]
        data = self.changed(files[name], vector)
        files[name] = data
        if data is None:
            del files[name]
        return files, files.get(key_name)
