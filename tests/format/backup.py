"""The bytes of a backup, as pharmacy-store(5) describes them."""

import hashlib
import struct
from dataclasses import dataclass

from engine import LOCK_BYTE_PAGE, PAGE, PageSeal, Refused, derive
from keyring import DAMAGED, MOST_BYTES, Keyring
from opening import is_sound, open_keyring

MAGIC = b"PHARMBAK"
FORM = 1
HEADER = struct.Struct(">8sBBHQ16s16sQ32sII")
MAC = 32
NO_BACKUP = "no backup"
OTHER_FORMAT = "backup of another format"
NOT_WHOLE = "backup not whole"
MIXED = "backup of parts that do not belong together"
CHANGED = "backup damaged"


@dataclass
class Header:
    epoch: int
    made: int  # seconds since 1970
    store_id: bytes
    file_id: bytes
    log_seq: int  # of the newest entry of the access log, 0 for none
    log_mac: bytes
    pages: int
    keyring_bytes: int

    @staticmethod
    def parse(data):
        if data[:8] == MAGIC and data[8:9] not in (b"", bytes([FORM])):
            raise Refused(OTHER_FORMAT)
        if len(data) < HEADER.size:
            raise Refused(NO_BACKUP)
        magic, form, cipher, *rest = HEADER.unpack(data[: HEADER.size])
        header = Header(*rest)
        if (magic, form, cipher) != (MAGIC, FORM, 1) or header.pages < 1:
            raise Refused(NO_BACKUP)
        if not 1 <= header.keyring_bytes <= MOST_BYTES:
            raise Refused(NO_BACKUP)
        return header

    def encode(self):
        return HEADER.pack(MAGIC, FORM, 1, self.epoch, self.made, self.store_id, self.file_id,
                           self.log_seq, self.log_mac, self.pages, self.keyring_bytes)

    def start_of_pages(self):
        return HEADER.size + self.keyring_bytes

    def size(self):
        """Of the whole file."""
        return self.start_of_pages() + self.pages * PAGE + MAC

    def belongs_to(self, ring):
        ids = (ring.store_id, ring.file_id, ring.epoch)
        return (self.store_id, self.file_id, self.epoch) == ids

    def words(self):
        head = f"{self.log_seq}:{self.log_mac.hex()[:32]}" if self.log_seq else "none"
        return f"backup made {self.made} pages {self.pages} log {head}"


def mac_of(body, data_key, store_id):
    key = derive(data_key, b"pharmacy.backup", store_id)
    return hashlib.blake2b(body, key=key, digest_size=MAC).digest()


def check_pages(keys, sealed):
    seal = PageSeal(keys)
    for at in range(0, len(sealed), PAGE):
        number = at // PAGE + 1
        if number != LOCK_BYTE_PAGE and seal.open(number, sealed[at : at + PAGE]) is None:
            raise Refused(f"page {number} damaged")


def read_backup(data, key_file, now):
    """The header of a backup that is whole, and the store's files in it."""
    header = Header.parse(data)
    if len(data) != header.size():
        raise Refused(NOT_WHOLE)
    ring_file = data[HEADER.size : header.start_of_pages()]
    if not is_sound(Keyring.parse(ring_file)):
        raise Refused(DAMAGED)
    opened = open_keyring(ring_file, key_file, now)
    if not header.belongs_to(opened.ring):
        raise Refused(MIXED)
    pages = data[header.start_of_pages() : -MAC]
    check_pages(opened.keys, pages)
    if data[-MAC:] != mac_of(data[:-MAC], opened.keys.data_key, header.store_id):
        raise Refused(CHANGED)
    return header, {"store.db": pages, "store.keys": ring_file}
