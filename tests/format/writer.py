"""Seals pages, logs and keyrings with given keys, so that faults can be made that need them."""

import hashlib
import struct
from dataclasses import dataclass

import nacl.bindings as sodium

import keyring
from engine import FRAME, PAGE, PLAIN_MAGIC, TEXT, clear_bytes, log_checksum


class Chance:
    """Bytes that look random and that a seed fixes."""

    def __init__(self, seed):
        self.seed = seed.encode()
        self.count = 0

    def take(self, size):
        self.count += 1
        key = self.seed + self.count.to_bytes(8, "big")
        return hashlib.shake_256(key).digest(size)


def aead_seal(key, nonce, plain, aad):
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, aad, nonce, key)


class Sealer:
    """Draws nonces from what it seals, so that what does not change has the same bytes."""

    def __init__(self, keys, seed):
        self.keys = keys
        self.seed = seed

    def nonce(self, plain, aad):
        return Chance(f"{self.seed} {plain.hex()} {aad.hex()}").take(24)

    def page(self, number, plain, *, epoch=None, spare=bytes(6), clear=None):
        """A sealed page. The words after the star make it one that no store has."""
        epoch = self.keys.epoch if epoch is None else epoch
        aad = b"page" + self.keys.file_id + struct.pack(">IH", number, epoch)
        head = b""
        if number == 1:
            head = clear_bytes(self.keys) if clear is None else clear
            aad += head
        nonce = self.nonce(plain, aad)
        key = self.keys.derived(b"pharmacy.page")
        sealed = aead_seal(key, nonce, plain[len(head) : TEXT], aad)
        text, tag = sealed[:-16], sealed[-16:]
        return head + text + nonce + tag + struct.pack(">H", epoch) + spare

    def file(self, pages):
        return b"".join(self.page(i + 1, page) for i, page in enumerate(pages))

    def frame_header(self, index, header, salts):
        aad = b"walh" + self.keys.file_id + salts + struct.pack(">I", index)
        nonce = self.nonce(header, aad)
        return nonce + aead_seal(self.keys.derived(b"pharmacy.wal"), nonce, header, aad)


@dataclass
class Frame:
    number: int
    size: int  # of the database after this commit; 0 in its midst
    page: bytes


@dataclass
class PlainLog:
    salts: bytes
    frames: list
    magic: int = 0x377F0682
    version: int = 3007000
    page_size: int = PAGE

    def header(self):
        head = struct.pack(">IIII", self.magic, self.version, self.page_size, 0) + self.salts
        return head + struct.pack(">II", *log_checksum((0, 0), head, self.order()))

    def order(self):
        return ">" if self.magic & 1 else "<"


def seal_log(sealer, log, change=None):
    """`change(index, parts)` may change what goes into a frame before it is sealed: the salts of
    its header's seal, those in its header, the sealed page, the checksum."""
    out = log.header()
    sums = struct.unpack(">II", out[24:32])
    for index, frame in enumerate(log.frames, 1):
        start = struct.pack(">II", frame.number, frame.size)
        sums = log_checksum(sums, start + frame.page, log.order())
        parts = {
            "index": index,
            "start": start,
            "seal_salts": log.salts,
            "salts": log.salts,
            "sums": struct.pack(">II", *sums),
            "page": sealer.page(frame.number, frame.page),
        }
        if change is not None:
            change(index, parts)
        header = parts["start"] + parts["salts"] + parts["sums"]
        out += sealer.frame_header(parts["index"], header, parts["seal_salts"]) + parts["page"]
    assert len(out) == 32 + FRAME * len(log.frames)
    return out


def with_random_bytes(page, chance):
    """Page 1 with something in the bytes that SQLite reserves."""
    assert page[:16] == PLAIN_MAGIC
    return page[:72] + chance.take(20) + page[92:]


@dataclass
class Owner:
    """Who has a slot: what she proves herself with, and her key pairs."""

    secret: bytes
    box: bytes
    sign: bytes

    @staticmethod
    def make(name):
        chance = Chance(f"owner {name}")
        sign = sodium.crypto_sign_seed_keypair(chance.take(32))[1]
        return Owner(chance.take(32), chance.take(32), sign)


def sign(secret, message):
    return sodium.crypto_sign(message, secret)[:64]


def seal_box(data_key, public, chance):
    """A sealed box of libsodium with an ephemeral key of the seed."""
    secret = chance.take(32)
    ephemeral = sodium.crypto_scalarmult_base(secret)
    nonce = hashlib.blake2b(ephemeral + public, digest_size=24).digest()
    return ephemeral + sodium.crypto_box(data_key, nonce, public, secret)


class RingWriter:
    """A keyring with the secrets of everyone in it. Fields may be set between the steps."""

    def __init__(self, ring, data_key, owners):
        self.ring = ring
        self.data_key = data_key
        self.owners = owners  # by slot number
        self.health = {}  # secret halves by epoch
        ring.commitment = ring.commitment_to(data_key)

    def fill(self, slot, seed):
        """Public keys, secrets, and grant of the data key of a slot: all but the signatures."""
        chance = Chance(f"slot {seed} {slot.number}")
        owner = self.owners[slot.number]
        slot.box_key = sodium.crypto_scalarmult_base(owner.box)
        slot.sign_key = owner.sign[32:]
        slot.salt, slot.nonce = chance.take(16), chance.take(24)
        self.seal_secrets(slot, owner.box + owner.sign)
        box = seal_box(self.data_key, slot.box_key, chance)
        slot.grants = [keyring.Grant(keyring.DATA, self.ring.epoch, slot.signer, box)]
        if slot.is_disabled():
            slot.grants.clear()

    def seal_secrets(self, slot, plain):
        key = self.ring.slot_key(slot, self.owners[slot.number].secret)
        sealed = aead_seal(key, slot.nonce, plain, self.ring.secrets_aad(slot))
        slot.secrets, slot.tag = sealed[:-16], sealed[-16:]

    def add_health_key(self, epoch, maker):
        self.health[epoch] = Chance(f"health {self.ring.store_id.hex()} {epoch}").take(32)
        public = sodium.crypto_scalarmult_base(self.health[epoch])
        self.ring.health_keys.append(keyring.HealthKey(epoch, public, maker))

    def grant_health(self, slot, epoch, granter):
        chance = Chance(f"grant {slot.box_key.hex()} {epoch}")
        box = seal_box(self.health[epoch], slot.box_key, chance)
        slot.grants.append(keyring.Grant(keyring.HEALTH, epoch, granter, box))

    def sign(self, slot):
        slot.certificate = sign(
            self.owners[slot.signer].sign, self.ring.certificate_message(slot)
        )
        slot.own = sign(self.owners[slot.number].sign, self.ring.owner_message(slot))
        for grant in slot.grants:
            self.sign_grant(slot, grant)

    def sign_grant(self, slot, grant):
        """A grant of a key that is not there cannot be signed, and needs not."""
        if grant.kind != keyring.HEALTH or self.ring.find_health_key(grant.epoch) is not None:
            message = self.ring.grant_message(slot, grant)
            grant.signature = sign(self.owners[grant.granter].sign, message)

    def sign_health_key(self, key):
        key.signature = sign(self.owners[key.maker].sign, self.ring.health_message(key))

    def encode(self, tail=b""):
        body = self.ring.encode_body() + tail
        return body + self.ring.mac_of(body, self.data_key)


def key_file(ring, slot, owner):
    return f"pharmacy-key-1 {ring.store_id.hex()} {slot} {owner.secret.hex()}\n".encode()


def new_slot(slot_number, login, name, roles, method=keyring.KEY_FILE, signer=1, **fields):
    slot = keyring.Slot(
        slot_number, method, roles, login=login.encode(), name=name.encode(), signer=signer,
        made=1_772_000_000, changed=1_772_000_000,
    )
    for field, value in fields.items():
        setattr(slot, field, value)
    if method == keyring.PASSPHRASE:
        slot.memory, slot.passes = 65536, 2
    return slot
