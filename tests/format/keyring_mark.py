"""What an access log says of the keyring, as pharmacy-store(5) describes it."""

import hashlib
import struct
from dataclasses import dataclass

from engine import Refused
from keyring import DATA, HEALTH, MANAGER, PHARMACIST, u16
from opening import check_signature

SIGNER = struct.Struct(">IH32s")
HEAD = 2 + 32 + 32


def digest_of_signed(signed):
    """Of pairs of what a signature covers, and that."""
    return hashlib.blake2b(b"".join(message + signature for message, signature in signed),
                           digest_size=32).digest()


def signed_grants(ring, slot, kind):
    return [(ring.grant_message(slot, grant), grant.signature)
            for grant in slot.grants if grant.kind == kind]


def certificates(ring):
    signed = []
    for slot in ring.slots:
        signed.append((ring.certificate_message(slot), slot.certificate))
        signed += signed_grants(ring, slot, DATA)
    return digest_of_signed(signed)


def health(ring):
    signed = [(ring.health_message(key), key.signature) for key in ring.health_keys]
    for slot in ring.slots:
        signed += signed_grants(ring, slot, HEALTH)
    return digest_of_signed(signed)


@dataclass
class Mark:
    epoch: int
    certificates: bytes
    health: bytes
    signers: dict  # by slot: roles and public key

    @staticmethod
    def of(ring):
        signers = {slot.number: (slot.roles, slot.sign_key) for slot in ring.slots
                   if slot.roles & (MANAGER | PHARMACIST) and not slot.is_disabled()}
        return Mark(ring.epoch, certificates(ring), health(ring), signers)

    @staticmethod
    def parse(data):
        """None where it is no mark."""
        if len(data) <= HEAD or (len(data) - HEAD) % SIGNER.size:
            return None
        listed = list(SIGNER.iter_unpack(data[HEAD:]))
        numbers = [number for number, _, _ in listed]
        of_form = (numbers == sorted(set(numbers)) and numbers[0] > 0
                   and all(roles & (MANAGER | PHARMACIST) for _, roles, _ in listed))
        signers = {number: (roles, key) for number, roles, key in listed}
        if not of_form:
            return None
        return Mark(int.from_bytes(data[:2], "big"), data[2:34], data[34:HEAD], signers)

    def encode(self):
        listed = (SIGNER.pack(number, *rest) for number, rest in sorted(self.signers.items()))
        return u16(self.epoch) + self.certificates + self.health + b"".join(listed)

    def may_follow(self, before, roles):
        if roles & MANAGER:
            return True
        return before is not None and replaced_health(before, self) == self


def replaced_health(mark, other):
    return Mark(mark.epoch, mark.certificates, other.health, mark.signers)


class Marks:
    """The newest mark that counts, of entries that are given in their order."""

    def __init__(self):
        self.mark = None
        self.to_come = None  # of the epoch that a change of keys begins

    def meet_epoch(self, epoch):
        if self.to_come and self.to_come.epoch <= epoch:
            self.mark, self.to_come = self.to_come, None

    def takes(self, entry, message):
        mark = Mark.parse(entry.keyring)
        if mark is None or entry.kind != b"change" or mark.epoch - entry.epoch not in (0, 1):
            return False
        roles, key = (self.mark or mark).signers.get(entry.staff, (0, None))
        if key is None or not mark.may_follow(self.mark, roles):
            return False
        try:
            check_signature(key, message, entry.signature)
        except Refused:
            return False
        self.to_come = None
        if mark.epoch == entry.epoch:
            self.mark = mark
        else:
            self.to_come = mark
        return True

    def fit(self, ring):
        self.meet_epoch(ring.epoch)
        return self.mark is None or self.mark == Mark.of(ring)
