"""Reads the keyring of a sealed store, as pharmacy-store(5) describes it."""

import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass, field

import nacl.bindings
import nacl.exceptions

from engine import Keys, Refused, aead_open, derive

PASSPHRASE, KEY_FILE, RECOVERY = 1, 2, 3
MANAGER = 1 << 3
ALL_ROLES = (1 << 6) - 1
HEADER = struct.Struct(">8sBBHQ16s16s32sH")
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


@dataclass
class Slot:
    number: int = 0
    method: int = 0
    roles: int = 0
    made: int = 0
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
    granter: int = 0
    box: bytes = b""
    grant: bytes = b""  # signature

    def certified(self):
        return (
            struct.pack(">IBHQ", self.number, self.method, self.roles, self.made)
            + bytes([len(self.login)]) + self.login + bytes([len(self.name)]) + self.name
            + self.box_key + self.sign_key + u32(self.signer)
        )

    def owned(self):
        return (
            self.salt + u32(self.memory) + u32(self.passes) + self.nonce + self.secrets + self.tag
        )

    def granted(self):
        return u32(self.granter) + self.box

    def encode(self):
        return (
            self.certified() + self.certificate + self.owned() + self.own
            + self.granted() + self.grant
        )


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


def parse_slot(cursor):
    slot = Slot()
    slot.number, slot.method = cursor.number(4), cursor.number(1)
    slot.roles, slot.made = cursor.number(2), cursor.number(8)
    slot.login, slot.name = cursor.counted(32), cursor.counted(200)
    slot.box_key, slot.sign_key = cursor.take(32), cursor.take(32)
    slot.signer, slot.certificate = cursor.number(4), cursor.take(64)
    slot.salt = cursor.take(16)
    slot.memory, slot.passes = cursor.number(4), cursor.number(4)
    slot.nonce, slot.secrets, slot.tag = cursor.take(24), cursor.take(96), cursor.take(16)
    slot.own = cursor.take(64)
    slot.granter, slot.box, slot.grant = cursor.number(4), cursor.take(80), cursor.take(64)
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
    slots: list = field(default_factory=list)
    body: bytes = b""  # all bytes before the MAC, as they were read
    mac: bytes = b""

    @staticmethod
    def parse(data):
        cursor = Cursor(data)
        magic, form, cipher, *rest, count = HEADER.unpack(cursor.take(HEADER.size))
        if magic != b"PHARMKEY":
            raise Refused(DAMAGED)
        if form != 0:
            raise Refused("keyring of another format")
        ring = Keyring(*rest)
        if cipher != 1 or ring.epoch < 1 or ring.generation < 1 or not 1 <= count <= 1000:
            raise Refused(DAMAGED)
        ring.slots = [parse_slot(cursor) for _ in range(count)]
        ring.body, ring.mac = data[:-32], cursor.take(32)
        if cursor.data or not ring.is_well_formed():
            raise Refused(DAMAGED)
        return ring

    def is_well_formed(self):
        numbers = [slot.number for slot in self.slots]
        signers = {s.signer for s in self.slots} | {s.granter for s in self.slots}
        return (
            all(slot_is_well_formed(slot) for slot in self.slots)
            and numbers == sorted(set(numbers))
            and len({slot.login for slot in self.slots}) == len(self.slots)
            and signers <= set(numbers)
            and sum(slot.signer == slot.number for slot in self.slots) == 1
        )

    def encode_body(self):
        header = HEADER.pack(
            b"PHARMKEY", 0, 1, self.epoch, self.generation, self.store_id, self.file_id,
            self.commitment, len(self.slots),
        )
        return header + b"".join(slot.encode() for slot in self.slots)

    def find(self, slot_number):
        return next((slot for slot in self.slots if slot.number == slot_number), None)

    def root(self):
        return next(slot for slot in self.slots if slot.signer == slot.number)

    def certificate_message(self, slot):
        return labelled(b"pharmacy.certificate", self.store_id, slot.certified())

    def owner_message(self, slot):
        return labelled(b"pharmacy.owner", self.store_id, u32(slot.number), slot.owned())

    def grant_message(self, slot):
        return labelled(
            b"pharmacy.grant", self.store_id, u32(slot.number), struct.pack(">H", self.epoch),
            self.commitment, slot.granted(),
        )

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
        epoch = struct.pack(">H", self.epoch)
        return hashlib.blake2b(epoch, key=key, digest_size=32).digest()

    def check_certificate(self, slot):
        """The chain from a slot to the root: each link a manager's signature."""
        seen = set()
        while True:
            signer = self.find(slot.signer)
            if slot.number in seen or not signer.roles & MANAGER:
                raise Refused(DAMAGED)
            seen.add(slot.number)
            check_signature(signer.sign_key, self.certificate_message(slot), slot.certificate)
            if signer is slot:
                return
            slot = signer

    def check_signatures(self, slot):
        self.check_certificate(slot)
        check_signature(slot.sign_key, self.owner_message(slot), slot.own)
        granter = self.find(slot.granter)
        if not granter.roles & MANAGER:
            raise Refused(DAMAGED)
        self.check_certificate(granter)
        check_signature(granter.sign_key, self.grant_message(slot), slot.grant)


def check_signature(public, message, signature):
    try:
        nacl.bindings.crypto_sign_open(signature + message, public)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None


def parse_key_file(text):
    """Store id, slot, secret."""
    form = rb"pharmacy-key-1 ([0-9a-f]{32}) ([1-9][0-9]{0,9}) ([0-9a-f]{64})\r?\n?"
    found = re.fullmatch(form, text)
    if found is None or int(found[2]) >= 1 << 32:
        raise Refused("key refused: not a key file")
    return bytes.fromhex(found[1].decode()), int(found[2]), bytes.fromhex(found[3].decode())


def open_secrets(ring, slot, secret):
    """The box key and the signing key; the key is wrong where they do not open."""
    key = ring.slot_key(slot, secret)
    plain = aead_open(key, slot.nonce, slot.secrets + slot.tag, ring.secrets_aad(slot))
    if plain is None:
        raise Refused("key refused: wrong key")
    box, sign = plain[:32], plain[32:]
    if (
        nacl.bindings.crypto_scalarmult_base(box) != slot.box_key
        or sign != nacl.bindings.crypto_sign_seed_keypair(sign[:32])[1]
        or sign[32:] != slot.sign_key
    ):
        raise Refused(DAMAGED)
    return box, sign


def open_grant(ring, slot, box):
    try:
        data_key = nacl.bindings.crypto_box_seal_open(slot.box, slot.box_key, box)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None
    if ring.commitment_to(data_key) != ring.commitment:
        raise Refused(DAMAGED)
    return data_key


def open_keyring(data, key_file):
    """The keyring and the keys of the store, for whoever has this key file."""
    ring = Keyring.parse(data)
    store_id, slot_number, secret = parse_key_file(key_file)
    if store_id != ring.store_id:
        raise Refused("key refused: other store")
    slot = ring.find(slot_number)
    if slot is None or slot.method != KEY_FILE:
        raise Refused("key refused: wrong key")
    ring.check_signatures(slot)
    box, _ = open_secrets(ring, slot, secret)
    data_key = open_grant(ring, slot, box)
    if ring.mac_of(ring.body, data_key) != ring.mac:
        raise Refused(DAMAGED)
    return ring, Keys(ring.file_id, ring.epoch, data_key)
