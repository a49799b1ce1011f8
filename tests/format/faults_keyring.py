"""Faults in the keyring: of every field, and of keyrings signed and sealed by whom they should not
be."""

from forger import (ALL_SLOTS, BY_CLERK, BY_DISABLED, BY_PHARMACIST, DAMAGED, KEYS, UNSOUND,
                    WRONG_KEY, Forger)
from keyring import HEADER, LAST_SECOND, MANAGER, PASSPHRASE
from make_base import CLERK
from writer import Chance, Owner, new_slot


def ends_of(*fields, start=0):
    """Where each field ends, given names and sizes."""
    ends = {}
    for name, size in fields:
        start += size
        ends[name] = start
    return ends


def header_fields():
    """Offset of the last byte of each field, and the verdict where its lowest bit is flipped."""
    return {"magic": (7, DAMAGED), "format": (8, "keyring of another format"),
            "cipher": (9, DAMAGED), "epoch": (11, DAMAGED), "generation": (19, DAMAGED),
            "store-id": (35, "key refused: other store"), "file-id": (51, DAMAGED),
            "commitment": (83, DAMAGED), "health-keys": (85, DAMAGED)}


def health_key_fields():
    return ends_of(("epoch", 2), ("key", 32), ("maker", 4), ("signature", 64))


def slot_fields(slot):
    return ends_of(
        ("number", 4), ("method", 1), ("roles", 2), ("flags", 1), ("made", 8), ("changed", 8),
        ("expires", 8), ("login-size", 1), ("login", len(slot.login)), ("name-size", 1),
        ("name", len(slot.name)), ("box-key", 32), ("sign-key", 32), ("signer", 4),
        ("certificate", 64), ("salt", 16), ("memory", 4), ("passes", 4), ("nonce", 24),
        ("secrets", 96), ("tag", 16), ("own", 64), ("grants", 2))


def grant_fields():
    return ends_of(("kind", 1), ("epoch", 2), ("granter", 4), ("box", 80), ("signature", 64))


def start_of_slots(ring):
    return HEADER.size + 2 + sum(len(key.encode()) for key in ring.health_keys) + 2


def start_of_slot(ring, index):
    return start_of_slots(ring) + sum(len(slot.encode()) for slot in ring.slots[:index])


def flip_each(make, prefix, start, ends, verdicts=None):
    """The lowest bit of the last byte of each field."""
    for name, end in ends.items():
        verdict = (verdicts or {}).get(name, DAMAGED)
        make(f"flip-{prefix}-{name}", KEYS, f"flip {start + end - 1} 0", verdict)


def plain_faults(make):
    ring, size = make.base.writer.ring, len(make.base.files[KEYS])
    make("clerk-opens", BY_CLERK, "nothing", "ok 7")
    make("pharmacist-opens", BY_PHARMACIST, "nothing", "ok 7")
    make("disabled-opens", BY_DISABLED, "nothing", "key refused: disabled")
    for name, (at, verdict) in header_fields().items():
        make(f"flip-keyring-{name}", KEYS, f"flip {at} 0", verdict)
    for i in range(len(ring.health_keys)):
        start = HEADER.size + 2 + 102 * i
        flip_each(make, f"health-key-{i + 1}", start, health_key_fields())
    first = start_of_slots(ring)
    make("flip-keyring-slots", KEYS, f"flip {first - 1} 0", DAMAGED)
    # A key file's slot that says of itself to be the recovery code's is not looked into.
    flip_each(make, "slot", first, slot_fields(ring.slots[0]), {"method": WRONG_KEY})
    for i in range(len(ring.slots[0].grants)):
        start = first + slot_fields(ring.slots[0])["grants"] + 151 * i
        flip_each(make, f"grant-{i + 1}", start, grant_fields())
    fourth, ends = start_of_slot(ring, 3), slot_fields(ring.slots[3])
    kept = ("roles", "flags", "expires", "box-key", "certificate", "salt", "own", "grants")
    flip_each(make, "fourth-slot", fourth, {name: ends[name] for name in kept})
    flip_each(make, "fourth-grant", fourth + ends["grants"], grant_fields())
    make("flip-mac", KEYS, f"flip {size - 1} 0", DAMAGED)
    make("flip-mac-of-disabled", BY_DISABLED, f"flip {size - 1} 0", "key refused: disabled")
    make("zero-mac", KEYS, f"zero {size - 32} 32", DAMAGED)
    for left in (0, 8, 9, 85, 86, 188, 291, 292, 500, size - 33, size - 32, size - 1):
        make(f"cut-keyring-to-{left}", KEYS, f"cut {left}", DAMAGED)
    make("cut-keyring-of-format-0", KEYS, "flip 8 0; cut 9", "keyring of another format")
    make("cut-keyring-of-format-2", KEYS, "put 8 02; cut 40", "keyring of another format")
    make("extend-keyring", KEYS, "extend 1", DAMAGED)
    make("extend-keyring-past-4-mib", KEYS, f"extend {4 << 20}", DAMAGED)
    make("zero-keyring", KEYS, f"zero 0 {size}", DAMAGED)
    make("no-keyring", KEYS, "remove", "file missing")
    make("older-keyring", KEYS, "become older.keys", "keyring refused: older")
    make("keyring-of-other", KEYS, "become other.keys", "key refused: other store")


def key_files(make):
    name = "wangli.key"
    make("key-of-other", name, "become other.key", "key refused: other store")
    make("key-of-other-slot", name, "put 48 34", WRONG_KEY)
    make("key-of-recovery", name, "put 48 32", WRONG_KEY)
    make("key-of-no-slot", name, "put 48 39", WRONG_KEY)
    make("key-slot-0", name, "put 48 30", "key refused: not a key file")
    make("key-wrong-digit", name, "flip 60 0", WRONG_KEY)
    make("key-upper-case", name, "put 50 41", "key refused: not a key file")
    make("key-two-spaces", name, "put 47 2020", "key refused: not a key file")
    make("key-cut", name, "cut 113", "key refused: not a key file")
    make("key-without-line-feed", name, "cut 114", "ok 7")
    make("key-carriage-return", name, "put 114 0d", "ok 7")
    make("key-both-line-ends", name, "put 114 0d0a", "ok 7")
    make("key-two-line-feeds", name, "put 114 0a0a", "key refused: not a key file")
    make("key-version-2", name, "put 13 32", "key refused: not a key file")
    make("key-empty", name, "cut 0", "key refused: not a key file")


def forged_headers(forge):
    forge.put("keyring-again", "ok 7", lambda *_: None)
    forge.header("keyring-newer", "ok 7", generation=3)
    forge.header("keyring-generation-1", "keyring refused: older", generation=1)
    forge.header("keyring-generation-0", DAMAGED, generation=0)
    forge.header("keyring-epoch-0", DAMAGED, epoch=0)
    forge.header("keyring-epoch-2", DAMAGED, epoch=2)
    forge.header("keyring-commitment", DAMAGED, commitment=bytes(32))
    forge.header("keyring-file-id", "other file", file_id=bytes(16))
    forge.header("keyring-file-id-end", "page 1 damaged",
                 file_id=forge.make.base.keys.file_id[:15] + b"\0")

    def next_epoch(writer, *slots):
        writer.ring.epoch = 2
        for grant in (slot.grants[0] for slot in slots if slot.grants):
            grant.epoch = 2
        writer.ring.commitment = writer.ring.commitment_to(writer.data_key)

    forge.put("keyring-epoch-2-committed", "page 1 damaged", next_epoch, sign=ALL_SLOTS)
    def epoch_not_committed(writer, *slots):
        commitment = writer.ring.commitment
        next_epoch(writer, *slots)
        writer.ring.commitment = commitment

    forge.put("keyring-epoch-2-not-committed", DAMAGED, epoch_not_committed, sign=ALL_SLOTS)
    forge.put("keyring-trailing-byte", DAMAGED, lambda *_: None, tail=b"\0")

    def no_slots(writer, *_):
        writer.ring.slots.clear()

    forge.put("keyring-no-slots", DAMAGED, no_slots)


def forged_fields(forge):
    """Each field outside its limits, all signatures and the MAC in order."""
    def bad(fault, number=4, /, **fields):
        forge.field(f"slot-{fault}", DAMAGED, number, **fields)

    bad("flag-unknown", flags=2)
    bad("flag-highest", flags=0x80)
    bad("flag-unknown-and-disabled", 5, flags=3)
    for what in ("made", "changed", "expires"):
        bad(f"{what}-too-late", **{what: LAST_SECOND + 1})
        bad(f"{what}-before-1970", **{what: (1 << 64) - 1})
        forge.field(f"slot-{what}-latest", "ok 7", 4, **{what: LAST_SECOND})
    for what in ("made", "changed"):
        forge.field(f"slot-{what}-0", "ok 7", 4, **{what: 0})
    bad("method-0", method=0)
    bad("method-4", method=4)
    bad("role-unknown", roles=1 << 6)
    bad("roles-none", roles=0)
    bad("login-empty", login=b"")
    bad("login-long", login=b"a" * 33)
    bad("login-upper-case", login=b"Zhaomin")
    bad("login-twice", login=b"wangli")
    bad("name-empty", name=b"")
    bad("name-long", name=b"a" * 201)
    bad("name-not-utf-8", name=b"zhao\xff")
    bad("name-surrogate", name=b"\xed\xa0\x80")
    bad("name-not-nfc", name=b"e\xcc\x81")
    for what, name in {"control": "zhao\x07", "line-feed": "zhao\n", "space-before": " zhao",
                       "space-after": "zhao\u3000", "unseen": "zh\u200bao", "bom": "\ufeffzhao",
                       "direction": "zhao\u202e", "zero": "zh\0ao"}.items():
        bad(f"name-{what}", name=name.encode())
    bad("signer-absent", sign=False, signer=9)
    forge.field("slot-number-again", DAMAGED, 4, sign=False, number=3)
    bad("cost-of-key-file", memory=65536, passes=2)
    bad("passes-of-key-file", passes=1)
    bad("memory-low", 3, memory=65535)
    bad("memory-high", 3, memory=(1 << 20) + 1)
    bad("passes-low", 3, passes=1)
    bad("passes-high", 3, passes=11)
    forge.field("slot-memory-most", "ok 7", 3, memory=1 << 20, passes=10)
    forge.field("slot-roles-all", "ok 7", 1, roles=(1 << 6) - 1)
    forge.field("slot-login-32", "ok 7", 4, login=b"a.b-c_9" + b"z" * 25)
    forge.field("slot-name-200", "ok 7", 4, name=b"a" * 200)

    def reorder(writer, *_):
        slots = writer.ring.slots
        slots[1], slots[2] = slots[2], slots[1]

    forge.put("slots-out-of-order", DAMAGED, reorder)

    def swap_numbers(writer, *_):
        writer.ring.find(4).number = 0

    forge.put("slot-number-0", DAMAGED, swap_numbers)


def root_of_her_own(writer, *slots):
    """The clerk makes herself the root, and vouches for everyone anew."""
    slots[3].roles = MANAGER
    for slot in slots:
        slot.signer = 4
        for grant in slot.grants:
            grant.granter = 4


def forged_signatures(forge):
    forge.put("root-of-her-own", "keyring refused: other root", root_of_her_own, BY_CLERK,
              ALL_SLOTS)
    forge.field("clerk-made-manager", DAMAGED, 4, BY_CLERK, sign=False, roles=MANAGER)

    def signs_herself(writer, *slots):
        slots[3].roles = MANAGER
        writer.owners[3] = writer.owners[4]

    forge.put("clerk-signs-herself", DAMAGED, signs_herself, BY_CLERK, (4,))
    forge.field("two-roots", DAMAGED, 4, BY_CLERK, roles=MANAGER, signer=4)

    def clerk_vouches(writer, *slots):
        slots[1].signer = 4

    forge.put("clerk-vouches", UNSOUND, clerk_vouches, sign=(2,))

    def manager_no_more(writer, *slots):
        slots[2].roles = CLERK

    forge.put("manager-no-more", DAMAGED, manager_no_more, BY_CLERK, (3,))
    forge.put("manager-no-more-for-root", "ok 7 health 3 damaged 1 keyring unsound",
              manager_no_more, KEYS, (3,))

    def circle(writer, *slots):
        slots[2].signer, slots[3].signer, slots[3].roles = 4, 3, MANAGER

    forge.put("circle-of-managers", DAMAGED, circle, BY_CLERK, (3, 4))

    def no_root(writer, *slots):
        slots[0].signer = 3

    forge.put("no-root", DAMAGED, no_root, sign=(1,))
    forge.field("root-no-manager", DAMAGED, 1, roles=CLERK)
    for name in ("certificate", "own"):
        forge.field(f"no-{name}-signature", DAMAGED, 1, sign=False, **{name: bytes(64)})
        forge.field(f"no-{name}-signature-of-clerk", DAMAGED, 4, BY_CLERK, sign=False,
                    **{name: bytes(64)})
        forge.field(f"no-{name}-signature-of-another", UNSOUND, 4, sign=False, **{name: bytes(64)})
    forge.field("salt-changed", DAMAGED, 1, sign=False, salt=bytes(16))
    forge.field("salt-changed-and-signed", WRONG_KEY, 1, salt=bytes(16))


def forged_secrets(forge):
    """Keys that do not fit each other, all of it signed."""
    def mismatch(name, change, verdict=DAMAGED):
        def with_it(writer, root, *_):
            change(writer, root, writer.owners[1])

        forge.put(f"secret-{name}", verdict, with_it, sign=(1,))

    def other_box(writer, root, owner):
        writer.seal_secrets(root, Chance("box").take(32) + owner.sign)

    def other_sign(writer, root, owner):
        writer.seal_secrets(root, owner.box + Owner.make("other").sign)

    def half_sign(writer, root, owner):
        writer.seal_secrets(root, owner.box + owner.sign[:32] + Owner.make("other").sign[32:])

    def half_seed(writer, root, owner):
        writer.seal_secrets(root, owner.box + Owner.make("other").sign[:32] + owner.sign[32:])

    def swapped(writer, root, owner):
        writer.seal_secrets(root, owner.sign + owner.box)

    mismatch("box-key", other_box)
    mismatch("sign-key", other_sign)
    mismatch("public-half", half_sign)
    mismatch("seed", half_seed)
    mismatch("order", swapped)

    def other_data_key(writer, root, *_):
        writer.data_key = Chance("data key").take(32)
        health = root.grants[1:]
        writer.fill(root, "other data key")
        root.grants += health

    forge.put("grant-of-other-key", DAMAGED, other_data_key, sign=(1,))

    def box_of_clerk(writer, root, *slots):
        root.grants[0].box = slots[2].grants[0].box

    forge.put("grant-for-another", DAMAGED, box_of_clerk, sign=(1,))

    def seventh(writer, *_):
        slot = new_slot(7, "sunhao", "孙浩", CLERK, PASSPHRASE)
        writer.owners[7] = Owner.make("seventh")
        writer.ring.slots.append(slot)
        writer.fill(slot, "seventh")
        slot.certificate = slot.own = slot.grants[0].signature = bytes(64)

    forge.put("slot-added", "ok 7", seventh, sign=(7,))
    forge.put("slot-added-unsigned", UNSOUND, seventh)


def add_keyring_faults(make):
    plain_faults(make)
    key_files(make)
    forge = Forger(make)
    forged_headers(forge)
    forged_fields(forge)
    forged_signatures(forge)
    forged_secrets(forge)
