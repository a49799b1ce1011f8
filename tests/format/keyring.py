"""The bytes of the keyring of a sealed store, as pharmacy-store(5) describes them."""

import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass, field

from engine import Refused, derive

PASSPHRASE, KEY_FILE, RECOVERY = 1, 2, 3
PHARMACIST, MANAGER = 1 << 2, 1 << 3
ALL_ROLES = (1 << 6) - 1
DISABLED = 1
DATA, HEALTH = 1, 2  # kinds of grants
FORM = 1
HEADER = struct.Struct(">8sBBHQ16s16s32s")
MOST_BYTES, MOST_SLOTS, MOST_HEALTH_KEYS = 4 << 20, 1000, 1000
LAST_SECOND = 253_402_300_799  # of the year 9999
DAMAGED = "keyring damaged"
# Controls, what nobody sees, line separators, marks of direction; spaces at either end.
UNFIT_FOR_NAMES = re.compile(
    "[\0-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]"
    "|^[ \xa0\u3000]|[ \xa0\u3000]$"
)


def labelled(label, *parts):
    return bytes([len(label)]) + label + b"".join(parts)


def u32(value):
    return struct.pack(">I", value)


def u16(value):
    return struct.pack(">H", value)


@dataclass
class HealthKey:
    epoch: int = 0
    key: bytes = b""  # the public half
    maker: int = 0
    signature: bytes = b""  # the maker's

    def made(self):
        return u16(self.epoch) + self.key + u32(self.maker)

    def encode(self):
        return self.made() + self.signature


@dataclass
class Grant:
    kind: int = 0
    epoch: int = 0
    granter: int = 0
    box: bytes = b""
    signature: bytes = b""  # the granter's

    def granted(self):
        return bytes([self.kind]) + u16(self.epoch) + u32(self.granter) + self.box

    def encode(self):
        return self.granted() + self.signature


@dataclass
class Slot:
    number: int = 0
    method: int = 0
    roles: int = 0
    flags: int = 0
    made: int = 0
    changed: int = 0
    expires: int = 0
    login: bytes = b""
    name: bytes = b""
    box_key: bytes = b""
    sign_key: bytes = b""
    signer: int = 0
    certificate: bytes = b""  # signature of all fields before it
    salt: bytes = b""
    memory: int = 0
    passes: int = 0
    nonce: bytes = b""
    secrets: bytes = b""
    tag: bytes = b""
    own: bytes = b""  # signature
    grants: list = field(default_factory=list)

    def certified(self):
        return (
            struct.pack(">IBHB", self.number, self.method, self.roles, self.flags)
            + struct.pack(">QQQ", self.made, self.changed, self.expires)
            + bytes([len(self.login)]) + self.login + bytes([len(self.name)]) + self.name
            + self.box_key + self.sign_key + u32(self.signer)
        )

    def owned(self):
        return (
            self.salt + u32(self.memory) + u32(self.passes) + self.nonce + self.secrets + self.tag
        )

    def encode(self):
        return (
            self.certified() + self.certificate + self.owned() + self.own
            + u16(len(self.grants)) + b"".join(grant.encode() for grant in self.grants)
        )

    def is_disabled(self):
        return bool(self.flags & DISABLED)

    def has_expired(self, now):
        return 0 < self.expires <= now

    def may_vouch(self):
        return bool(self.roles & MANAGER) and not self.is_disabled()

    def may_hand_on_health(self):
        return bool(self.roles & (MANAGER | PHARMACIST))

    def find_grant(self, kind, epoch):
        return next((g for g in self.grants if (g.kind, g.epoch) == (kind, epoch)), None)


class Cursor:
    def __init__(self, data):
        self.data = data

    def take(self, size):
        if size > len(self.data):
            raise Refused(DAMAGED)
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def counted(self, most):
        size = self.number(1)
        if not 1 <= size <= most:
            raise Refused(DAMAGED)
        return self.take(size)

    def listed(self, parse, least, most):
        count = self.number(2)
        if not least <= count <= most:
            raise Refused(DAMAGED)
        return [parse(self) for _ in range(count)]


def parse_health_key(cursor):
    return HealthKey(cursor.number(2), cursor.take(32), cursor.number(4), cursor.take(64))


def parse_grant(cursor):
    kind, epoch, granter = cursor.number(1), cursor.number(2), cursor.number(4)
    return Grant(kind, epoch, granter, cursor.take(80), cursor.take(64))


def parse_slot(cursor):
    slot = Slot()
    slot.number, slot.method = cursor.number(4), cursor.number(1)
    slot.roles, slot.flags = cursor.number(2), cursor.number(1)
    slot.made, slot.changed, slot.expires = cursor.number(8), cursor.number(8), cursor.number(8)
    slot.login, slot.name = cursor.counted(32), cursor.counted(200)
    slot.box_key, slot.sign_key = cursor.take(32), cursor.take(32)
    slot.signer, slot.certificate = cursor.number(4), cursor.take(64)
    slot.salt = cursor.take(16)
    slot.memory, slot.passes = cursor.number(4), cursor.number(4)
    slot.nonce, slot.secrets, slot.tag = cursor.take(24), cursor.take(96), cursor.take(16)
    slot.own = cursor.take(64)
    slot.grants = cursor.listed(parse_grant, 0, 1 + MOST_HEALTH_KEYS)
    return slot


def is_name(name):
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return unicodedata.is_normalized("NFC", text) and UNFIT_FOR_NAMES.search(text) is None


def slot_is_well_formed(slot):
    cost_fits = (
        65536 <= slot.memory <= 1 << 20 and 2 <= slot.passes <= 10
        if slot.method == PASSPHRASE
        else slot.memory == slot.passes == 0
    )
    return (
        slot.number >= 1
        and slot.method in (PASSPHRASE, KEY_FILE, RECOVERY)
        and 1 <= slot.roles <= ALL_ROLES
        and slot.flags in (0, DISABLED)
        and max(slot.made, slot.changed, slot.expires) <= LAST_SECOND
        and re.fullmatch(rb"[a-z0-9._-]+", slot.login) is not None
        and is_name(slot.name)
        and cost_fits
    )


@dataclass
class Keyring:
    epoch: int = 1
    generation: int = 1
    store_id: bytes = b""
    file_id: bytes = b""
    commitment: bytes = b""
    health_keys: list = field(default_factory=list)
    slots: list = field(default_factory=list)
    body: bytes = b""  # all bytes before the MAC, as they were read
    mac: bytes = b""

    @staticmethod
    def parse(data):
        if data[:8] != b"PHARMKEY" or len(data) == 8 or len(data) > MOST_BYTES:
            raise Refused(DAMAGED)
        if data[8] != FORM:
            raise Refused("keyring of another format")
        cursor = Cursor(data)
        _, _, cipher, *rest = HEADER.unpack(cursor.take(HEADER.size))
        ring = Keyring(*rest)
        if cipher != 1 or ring.epoch < 1 or ring.generation < 1:
            raise Refused(DAMAGED)
        ring.health_keys = cursor.listed(parse_health_key, 1, MOST_HEALTH_KEYS)
        ring.slots = cursor.listed(parse_slot, 1, MOST_SLOTS)
        ring.body, ring.mac = data[:-32], cursor.take(32)
        if cursor.data or not ring.is_well_formed():
            raise Refused(DAMAGED)
        return ring

    def is_well_formed(self):
        numbers = [slot.number for slot in self.slots]
        epochs = [key.epoch for key in self.health_keys]
        grants = [grant for slot in self.slots for grant in slot.grants]
        named = (
            {slot.signer for slot in self.slots} | {key.maker for key in self.health_keys}
            | {grant.granter for grant in grants}
        )
        return (
            all(slot_is_well_formed(slot) for slot in self.slots)
            and numbers == sorted(set(numbers))
            and epochs == sorted(set(epochs))
            and epochs[0] >= 1
            and len({slot.login for slot in self.slots}) == len(self.slots)
            and named <= set(numbers)
            and sum(slot.signer == slot.number for slot in self.slots) == 1
            and all(self.grants_are_well_formed(slot) for slot in self.slots)
        )

    def grants_are_well_formed(self, slot):
        granted = [(grant.kind, grant.epoch) for grant in slot.grants]
        there_are = {(DATA, self.epoch)} | {(HEALTH, key.epoch) for key in self.health_keys}
        return (
            granted == sorted(set(granted))
            and set(granted) <= there_are
            and ((DATA, self.epoch) in granted) != slot.is_disabled()
        )

    def encode_body(self):
        header = HEADER.pack(
            b"PHARMKEY", FORM, 1, self.epoch, self.generation, self.store_id, self.file_id,
            self.commitment,
        )
        return (
            header + u16(len(self.health_keys)) + b"".join(k.encode() for k in self.health_keys)
            + u16(len(self.slots)) + b"".join(slot.encode() for slot in self.slots)
        )

    def find_health_key(self, epoch):
        return next((key for key in self.health_keys if key.epoch == epoch), None)

    def find(self, slot_number):
        return next((slot for slot in self.slots if slot.number == slot_number), None)

    def root(self):
        return next(slot for slot in self.slots if slot.signer == slot.number)

    def certificate_message(self, slot):
        return labelled(b"pharmacy.certificate", self.store_id, slot.certified())

    def owner_message(self, slot):
        return labelled(b"pharmacy.owner", self.store_id, u32(slot.number), slot.owned())

    def grant_message(self, slot, grant):
        key = self.commitment
        if grant.kind == HEALTH:
            key = self.find_health_key(grant.epoch).key
        return labelled(
            b"pharmacy.grant", self.store_id, u32(slot.number), key, grant.granted()
        )

    def health_message(self, key):
        return labelled(b"pharmacy.health", self.store_id, key.made())

    def secrets_aad(self, slot):
        return labelled(
            b"pharmacy.secrets", self.store_id, u32(slot.number), bytes([slot.method]),
            slot.box_key, slot.sign_key,
        )

    def slot_key(self, slot, secret):
        message = b"pharmacy.slot\0" + self.store_id + u32(slot.number) + slot.salt
        return hashlib.blake2b(message, key=secret, digest_size=32).digest()

    def mac_of(self, body, data_key):
        key = derive(data_key, b"pharmacy.keyring", self.store_id)
        return hashlib.blake2b(body, key=key, digest_size=32).digest()

    def commitment_to(self, data_key):
        key = derive(data_key, b"pharmacy.commitment", self.store_id)
        return hashlib.blake2b(u16(self.epoch), key=key, digest_size=32).digest()
