"""Checks the signatures of a keyring and opens it, as pharmacy-store(5) describes it."""

import re
from dataclasses import dataclass

import nacl.bindings
import nacl.exceptions

from engine import Keys, Refused, aead_open
from keyring import DAMAGED, DATA, HEALTH, KEY_FILE, PASSPHRASE, Keyring, Slot


def check_signature(public, message, signature):
    try:
        nacl.bindings.crypto_sign_open(signature + message, public)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None


def check_certificate(ring, slot):
    """The chain from a slot to the root: each link a manager's signature."""
    seen = set()
    while True:
        signer = ring.find(slot.signer)
        if slot.number in seen or not signer.may_vouch():
            raise Refused(DAMAGED)
        seen.add(slot.number)
        check_signature(signer.sign_key, ring.certificate_message(slot), slot.certificate)
        if signer is slot:
            return
        slot = signer


def check_grant(ring, slot, grant):
    granter = ring.find(grant.granter)
    may = granter.may_vouch() if grant.kind == DATA else granter.may_hand_on_health()
    if not may:
        raise Refused(DAMAGED)
    check_certificate(ring, granter)
    check_signature(granter.sign_key, ring.grant_message(slot, grant), grant.signature)


def check_health_key(ring, key):
    maker = ring.find(key.maker)
    if not maker.may_hand_on_health():
        raise Refused(DAMAGED)
    check_certificate(ring, maker)
    check_signature(maker.sign_key, ring.health_message(key), key.signature)


def check_slot(ring, slot):
    """What is checked of a slot before it is opened."""
    check_certificate(ring, slot)
    check_signature(slot.sign_key, ring.owner_message(slot), slot.own)
    data = slot.find_grant(DATA, ring.epoch)
    if data is not None:
        check_grant(ring, slot, data)


def is_sound(ring):
    """Whether every signature holds: what `store check` asks."""
    try:
        for key in ring.health_keys:
            check_health_key(ring, key)
        for slot in ring.slots:
            check_slot(ring, slot)
            for grant in slot.grants:
                check_grant(ring, slot, grant)
    except Refused:
        return False
    return True


def parse_key_file(text):
    """Store id, slot, secret."""
    form = rb"pharmacy-key-1 ([0-9a-f]{32}) ([1-9][0-9]{0,9}) ([0-9a-f]{64})\r?\n?"
    found = re.fullmatch(form, text)
    if found is None or int(found[2]) >= 1 << 32:
        raise Refused("key refused: not a key file")
    return bytes.fromhex(found[1].decode()), int(found[2]), bytes.fromhex(found[3].decode())


@dataclass
class Passphrase:
    login: bytes
    text: bytes


def passphrase_key(slot, text):
    return nacl.bindings.crypto_pwhash_alg(
        32, text, slot.salt, slot.passes, slot.memory * 1024,
        nacl.bindings.crypto_pwhash_ALG_ARGON2ID13,
    )


def open_secrets(ring, slot, secret):
    """With the secret of a key file."""
    return open_secrets_with(ring, slot, ring.slot_key(slot, secret))


def open_secrets_with(ring, slot, key):
    """The box key and the signing key; the key is wrong where they do not open."""
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


def open_box(slot, grant, box):
    try:
        return nacl.bindings.crypto_box_seal_open(grant.box, slot.box_key, box)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None


@dataclass
class Opened:
    ring: Keyring
    slot: Slot
    box: bytes  # the slot's secret key, to which keys are sealed
    keys: Keys

    def health_secret(self, grant):
        """The secret half of a health key."""
        secret = open_box(self.slot, grant, self.box)
        key = self.ring.find_health_key(grant.epoch).key
        if nacl.bindings.crypto_scalarmult_base(secret) != key:
            raise Refused(DAMAGED)
        return secret

    def check_health_grant(self, grant):
        check_health_key(self.ring, self.ring.find_health_key(grant.epoch))
        self.health_secret(grant)

    def verdict(self):
        """Whose health notes the slot opens, and what a check of the whole keyring says."""
        opened, damaged = [], []
        for grant in self.slot.grants:
            if grant.kind == HEALTH:
                try:
                    self.check_health_grant(grant)
                    opened.append(str(grant.epoch))
                except Refused:
                    damaged.append(str(grant.epoch))
        words = ["health", *(opened or ["none"])]
        if damaged:
            words += ["damaged", *damaged]
        if not is_sound(self.ring):
            words.append("keyring unsound")
        return " ".join(words)


def open_keyring(data, key, now):
    """The keyring and the keys of the store, for whoever has this key file, as bytes, or this
    Passphrase at this time."""
    ring = Keyring.parse(data)
    if isinstance(key, Passphrase):
        slot = next((s for s in ring.slots if s.login == key.login), None)
        method, sealing_key = PASSPHRASE, lambda: passphrase_key(slot, key.text)
    else:
        store_id, slot_number, secret = parse_key_file(key)
        if store_id != ring.store_id:
            raise Refused("key refused: other store")
        slot = ring.find(slot_number)
        method, sealing_key = KEY_FILE, lambda: ring.slot_key(slot, secret)
    if slot is None or slot.method != method:
        raise Refused("key refused: wrong key")
    check_slot(ring, slot)
    box, _ = open_secrets_with(ring, slot, sealing_key())
    if slot.is_disabled():
        raise Refused("key refused: disabled")
    if slot.has_expired(now):
        raise Refused("key refused: expired")
    data_key = open_box(slot, slot.find_grant(DATA, ring.epoch), box)
    if ring.commitment_to(data_key) != ring.commitment:
        raise Refused(DAMAGED)
    if ring.mac_of(ring.body, data_key) != ring.mac:
        raise Refused(DAMAGED)
    return Opened(ring, slot, box, Keys(ring.file_id, ring.epoch, data_key))
