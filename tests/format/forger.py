"""Keyrings whose MAC is right and whose signatures are, as far as a fault wants them to be."""

import copy

KEYS = "store.keys"
BY_CLERK = "store.keys zhaomin.key"
BY_DISABLED = "store.keys chenjie.key"
BY_PHARMACIST = "store.keys huangting.key"
DAMAGED = "keyring damaged"
WRONG_KEY = "key refused: wrong key"
UNSOUND = "ok 7 keyring unsound"
ALL_SLOTS = (1, 2, 3, 4, 5, 6)


class Forger:
    """Makes keyrings whose MAC is right, as whoever has the data key can."""

    def __init__(self, make):
        self.make = make

    def put(self, name, verdict, change, file=KEYS, sign=(), tail=b""):
        """`change` changes a copy of the keyring and its secrets, then the slots of `sign` are
        signed anew by whom they name."""
        writer = copy.deepcopy(self.make.base.writer)
        change(writer, *writer.ring.slots)
        for slot in writer.ring.slots:
            if slot.number in sign:
                writer.sign(slot)
        self.make.patch(name, file, writer.encode(tail), verdict)

    def field(self, fault, verdict, slot_number, file=KEYS, /, sign=True, **fields):
        """Fields of one slot, signed by whom they should be."""
        def change(writer, *_):
            for key, value in fields.items():
                setattr(writer.ring.find(slot_number), key, value)

        self.put(fault, verdict, change, file, [slot_number] if sign else ())

    def grant(self, fault, verdict, slot_number, index, file=KEYS, /, sign=True, **fields):
        """Fields of one grant, signed by its granter."""
        def change(writer, *_):
            slot = writer.ring.find(slot_number)
            grant = slot.grants[index]
            for key, value in fields.items():
                setattr(grant, key, value)
            if sign:
                writer.sign_grant(slot, grant)

        self.put(fault, verdict, change, file)

    def health_key(self, fault, verdict, index, /, file=KEYS, sign=True, **fields):
        """Fields of one health key, signed by its maker."""
        def change(writer, *_):
            key = writer.ring.health_keys[index]
            for field, value in fields.items():
                setattr(key, field, value)
            if sign:
                writer.sign_health_key(key)

        self.put(fault, verdict, change, file)

    def header(self, fault, verdict, /, **fields):
        def change(writer, *_):
            for key, value in fields.items():
                setattr(writer.ring, key, value)

        self.put(fault, verdict, change, sign=ALL_SLOTS)
