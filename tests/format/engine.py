"""Opens the pages and the log of a sealed store, as pharmacy-store(5) describes them."""

import hashlib
import sqlite3
import struct
from dataclasses import dataclass

import nacl.bindings
import nacl.exceptions

PAGE = 4096
TEXT = 4048  # of a page, what SQLite uses
FRAME = 64 + PAGE
LOG_HEADER = 32
LOCK_BYTE_PAGE = 262145
PLAIN_MAGIC = b"SQLite format 3\0"
CLEAR = bytes.fromhex("89504853") + bytes([1, 1, 12, 48])  # then half of the file id


class Refused(Exception):
    """The store does not open; the text is the verdict."""


@dataclass
class Keys:
    file_id: bytes
    epoch: int
    data_key: bytes

    def derived(self, label):
        return derive(self.data_key, label, self.file_id)


def derive(key, label, context):
    return hashlib.blake2b(label + b"\0" + context, key=key, digest_size=32).digest()


def aead_open(key, nonce, sealed, aad):
    """The plaintext, or None where it does not authenticate; `sealed` ends with the tag."""
    try:
        return nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, aad, nonce, key)
    except nacl.exceptions.CryptoError:
        return None


def number(data, at, size=4):
    return int.from_bytes(data[at : at + size], "big")


def clear_bytes(keys):
    return CLEAR + keys.file_id[:8]


class PageSeal:
    def __init__(self, keys):
        self.keys = keys
        self.key = keys.derived(b"pharmacy.page")

    def open(self, page_number, sealed):
        """The page as SQLite knows it, or None."""
        if len(sealed) != PAGE or any(sealed[4090:]) or number(sealed, 4088, 2) != self.keys.epoch:
            return None
        aad = b"page" + self.keys.file_id + struct.pack(">IH", page_number, self.keys.epoch)
        start = 0
        if page_number == 1:
            start = 16
            aad += sealed[:16]
            if sealed[:16] != clear_bytes(self.keys):
                return None
        nonce, tag = sealed[TEXT : TEXT + 24], sealed[TEXT + 24 : TEXT + 40]
        text = aead_open(self.key, nonce, sealed[start:TEXT] + tag, aad)
        if text is None:
            return None
        return PLAIN_MAGIC[:start] + text + bytes(PAGE - TEXT)


def log_checksum(sums, data, order):
    """SQLite's running checksum of its log."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2]):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second


@dataclass
class LogHeader:
    order: str  # of the checksum's words, as struct spells it
    version: int
    page_size: int
    salts: bytes
    sums: tuple

    @staticmethod
    def parse(log):
        """None where the header is not whole: the log is empty then."""
        magic = number(log, 0)
        if len(log) <= LOG_HEADER or magic not in (0x377F0682, 0x377F0683):
            return None
        order = ">" if magic & 1 else "<"
        sums = log_checksum((0, 0), log[:24], order)
        if sums != struct.unpack(">II", log[24:32]):
            return None
        return LogHeader(order, number(log, 4), number(log, 8), log[16:24], sums)


class Log:
    """What a recovery finds in a log."""

    def __init__(self, keys, log):
        self.keys = keys
        self.log = log
        self.key = keys.derived(b"pharmacy.wal")
        self.pages = {}  # page number: page, of what was committed
        self.size = 0  # of the database after the last commit, 0 where there is none
        self.commits = []  # the commit number of each transaction; None where it lacks page 1
        self.header = LogHeader.parse(log)
        if self.header and (self.header.page_size, self.header.version) != (PAGE, 3007000):
            raise Refused("foreign log")
        if self.header:
            self.recover()

    def frame_header(self, index):
        """SQLite's header of a frame; None where it does not authenticate or is not whole."""
        start = LOG_HEADER + (index - 1) * FRAME
        frame = self.log[start : start + FRAME]
        if len(frame) < FRAME or self.header is None:
            return None
        aad = b"walh" + self.keys.file_id + self.header.salts + struct.pack(">I", index)
        return aead_open(self.key, frame[:24], frame[24:64], aad)

    def recover(self):
        seal = PageSeal(self.keys)
        sums = self.header.sums
        pending = {}
        index = 0
        while (header := self.frame_header(index := index + 1)) is not None:
            page_number, size = struct.unpack(">II", header[:8])
            if page_number == 0 or header[8:16] != self.header.salts:
                return
            end = LOG_HEADER + index * FRAME
            page = seal.open(page_number, self.log[end - PAGE : end])
            if page is None:
                return
            sums = log_checksum(sums, header[:8] + page, self.header.order)
            if sums != struct.unpack(">II", header[16:24]):
                return
            pending[page_number] = page
            if size != 0:
                self.commits.append(number(pending[1], 68) if 1 in pending else None)
                self.pages.update(pending)
                self.size = size
                pending = {}


def clear_bytes_fault(file, keys):
    """What the first 16 bytes of the file say against it; None where nothing."""
    if len(file) < 16 or file[:4] != CLEAR[:4]:
        return "not sealed"
    if file[4:8] != CLEAR[4:]:
        return "other format"
    if file[8:16] != keys.file_id[:8]:
        return "other file"
    return None


def signed_difference(a, b):
    return (a - b + 0x80000000) % 0x100000000 - 0x80000000


class Store:
    """A store that opened: its pages, and the number of its last commit."""

    def __init__(self, file, log, keys):
        self.file = file
        self.seal = PageSeal(keys)
        fault = clear_bytes_fault(file, keys)
        if fault == "other file" or len(file) < 16:
            raise Refused(fault)
        self.log = Log(keys, log)
        if fault and self.log.frame_header(1) is None:
            raise Refused(fault)
        in_file = self.seal.open(1, file[:PAGE])
        self.compare_commits(in_file)
        first = self.log.pages.get(1, in_file)
        if first is None:
            raise Refused(fault or "page 1 damaged")
        self.commit = number(first, 68)
        self.count_pages(first)

    def compare_commits(self, in_file):
        """`in_file` is page 1 of the file; None where it does not authenticate."""
        if not self.log.commits:
            return
        first, last = self.log.commits[0], self.log.commits[-1]
        if first is None or last is None:
            raise Refused("foreign log")
        if in_file is None:
            return
        commit = number(in_file, 68)
        if signed_difference(first, commit) > 1 or signed_difference(last, commit) < 0:
            raise Refused("foreign log")

    def count_pages(self, first):
        there = self.log.size or -(-len(self.file) // PAGE)
        self.count = number(first, 28) if first[24:28] == first[92:96] else there
        if self.count > there:
            raise Refused("file damaged")

    def image(self):
        """The database as plain SQLite writes it, without a log."""
        pages, damaged = [], []
        for page_number in range(1, self.count + 1):
            if page_number == LOCK_BYTE_PAGE:
                pages.append(bytes(PAGE))
                continue
            page = self.log.pages.get(page_number)
            if page is None:
                at = (page_number - 1) * PAGE
                page = self.seal.open(page_number, self.file[at : at + PAGE])
            if page is None:
                damaged.append(str(page_number))
            pages.append(page)
        if damaged:
            raise Refused(f"page {' '.join(damaged)} damaged")
        if behind := self.bytes_behind():
            raise Refused(f"{behind} bytes behind")
        image = bytearray().join(pages)
        image[18:20] = b"\1\1"
        return bytes(image)

    def bytes_behind(self):
        """Of the file after the last page, from the first that is no page of it."""
        in_file = -(-len(self.file) // PAGE)
        for n in range(self.count + 1, in_file + 1):
            page = self.file[(n - 1) * PAGE : n * PAGE]
            if n != LOCK_BYTE_PAGE and self.seal.open(n, page) is None:
                return len(self.file) - (n - 1) * PAGE
        return 0


def open_image(image):
    database = sqlite3.connect(":memory:")
    database.deserialize(image)
    database.text_factory = lambda text: text.decode("utf-8")
    return database


def encoded(value):
    """A value with its type, so that no two values look the same."""
    if value is None:
        return b"n;"
    if isinstance(value, int):
        return f"i{value};".encode()
    if isinstance(value, float):
        return b"r" + struct.pack(">d", value).hex().encode() + b";"
    if isinstance(value, str):
        value = value.encode()
        return f"t{len(value)}:".encode() + value
    return f"b{len(value)}:".encode() + value


def digest_of_rows(database):
    """Of every row of every table, in the order of tables' names and rows' keys."""
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    digest = hashlib.blake2b(digest_size=32)
    for name in ["sqlite_schema"] + [name for (name,) in tables]:
        digest.update(encoded(name))
        for row in database.execute(f'SELECT * FROM "{name}" NOT INDEXED'):
            digest.update(b"".join(map(encoded, row)) + b"\n")
    return digest.hexdigest()[:16]
