"""Faults in what a keyring grants, and to whom: health keys, grants, slots that are disabled or
whose time has come."""

from faults_keyring import (grant_fields, health_key_fields, slot_fields, start_of_slot,
                            start_of_slots)
from forger import (BY_CLERK, BY_DISABLED, BY_PHARMACIST, DAMAGED, KEYS, UNSOUND, WRONG_KEY,
                    Forger)
from keyring import (DATA, DISABLED, HEADER, HEALTH, KEY_FILE, MANAGER, Grant, HealthKey, labelled,
                     u32)
from make_base import CLERK
from vectors import TIME
from writer import Chance, new_slot, seal_box, sign

FIRST_IS_DAMAGED = "ok 7 health 3 damaged 1 keyring unsound"
EXPIRED = "key refused: expired"
IS_DISABLED = "key refused: disabled"


def flips_with_mac(make):
    """One bit of each field, and a MAC that fits: what the MAC hides from the other faults."""
    ring = make.base.writer.ring

    def flip(prefix, start, ends, verdicts, rest):
        for name, end in ends.items():
            make(f"flip-{prefix}-{name}-mac", KEYS, f"flip {start + end - 1} 0; mac",
                 verdicts.get(name, rest))

    form = dict.fromkeys(("number", "roles", "flags", "login-size", "name-size", "memory", "passes",
                          "grants", "kind", "epoch"), DAMAGED)
    fourth, ends = start_of_slot(ring, 3), slot_fields(ring.slots[3])
    flip("fourth-slot", fourth, ends, form, UNSOUND)
    flip("fourth-grant", fourth + ends["grants"], grant_fields(), form, UNSOUND)
    ends = slot_fields(ring.slots[0])
    health_grant = start_of_slots(ring) + ends["grants"] + 151
    flip("health-grant", health_grant, grant_fields(), form | {"box": FIRST_IS_DAMAGED}, UNSOUND)
    flip("first-health-key", HEADER.size + 2, health_key_fields(), form, FIRST_IS_DAMAGED)
    counts = {"health-keys": HEADER.size, "slots": start_of_slots(ring) - 2,
              "grants": start_of_slots(ring) + ends["grants"] - 2}
    for name, at in counts.items():
        for count in ("0000", "0001", "0004", "0007", "03e9", "03ea", "ffff"):
            make(f"count-of-{name}-{count}", KEYS, f"put {at} {count}; mac", DAMAGED)


def forged_health_keys(forge):
    forge.health_key("health-epoch-0", DAMAGED, 0, epoch=0)
    forge.health_key("health-epoch-again", DAMAGED, 1, epoch=1)
    forge.health_key("health-epoch-lower", DAMAGED, 0, epoch=4)
    forge.health_key("health-epoch-nobody-has", DAMAGED, 0, epoch=2)
    forge.health_key("health-maker-absent", DAMAGED, 0, sign=False, maker=9)
    forge.health_key("health-maker-0", DAMAGED, 0, sign=False, maker=0)
    forge.health_key("health-maker-manager", "ok 7", 0, maker=3)
    forge.health_key("health-maker-recovery", "ok 7", 0, maker=2)
    forge.health_key("health-maker-clerk", FIRST_IS_DAMAGED, 0, maker=4)
    forge.health_key("health-maker-clerk-for-clerk", UNSOUND, 0, BY_CLERK, maker=4)
    forge.health_key("health-unsigned", FIRST_IS_DAMAGED, 0, sign=False, signature=bytes(64))
    forge.health_key("health-unsigned-for-other-epoch", UNSOUND, 0, BY_PHARMACIST, sign=False,
                     signature=bytes(64))
    forge.health_key("health-signed-by-another", FIRST_IS_DAMAGED, 0, sign=False, maker=1)
    forge.health_key("health-key-unsigned", FIRST_IS_DAMAGED, 0, sign=False, key=bytes(32))

    def other_half(writer, *_):
        key = writer.ring.health_keys[0]
        key.key = writer.ring.health_keys[1].key
        writer.sign_health_key(key)

    forge.put("health-public-of-other", FIRST_IS_DAMAGED, other_half)
    forge.put("health-public-of-other-signed", "ok 7 health 3 damaged 1", other_half,
              sign=(1, 2, 3))

    def maker_no_more(writer, *slots):
        slots[4].roles = CLERK

    forge.put("health-maker-pharmacist-no-more", FIRST_IS_DAMAGED, maker_no_more, sign=(5,))

    def none(writer, *slots):
        writer.ring.health_keys.clear()
        for slot in slots:
            slot.grants = [grant for grant in slot.grants if grant.kind == DATA]

    forge.put("health-none", DAMAGED, none)

    # Nobody is granted these, so that their epochs alone are wrong.
    for name, epoch, at in (("0", 0, 0), ("again", 3, 2), ("lower", 2, 2), ("between", 2, 1)):
        def put_key(writer, *_, epoch=epoch, at=at):
            writer.add_health_key(epoch, 1)
            key = writer.ring.health_keys.pop()
            writer.sign_health_key(key)
            writer.ring.health_keys.insert(at, key)

        verdict = "ok 7" if name == "between" else DAMAGED
        forge.put(f"health-key-added-{name}", verdict, put_key)

    def next_epoch(writer, *_):
        writer.add_health_key(65535, 6)
        writer.sign_health_key(writer.ring.health_keys[-1])

    forge.put("health-epoch-65535", "ok 7", next_epoch)


def limits(forge):
    """As many of each as there may be, and one more. The rest is zeros, which no check passes."""
    def health_keys(count):
        def change(writer, root, recovery, *_):
            keys = writer.ring.health_keys
            for epoch in range(4, 4 + count - len(keys)):
                keys.append(HealthKey(epoch, bytes(32), 1, bytes(64)))
            granted = {grant.epoch for grant in recovery.grants if grant.kind == HEALTH}
            for key in keys:
                if key.epoch not in granted and len(recovery.grants) <= 1000:
                    recovery.grants.append(Grant(HEALTH, key.epoch, 1, bytes(80), bytes(64)))
        return change

    def slots(count):
        def change(writer, *there):
            for number in range(len(there) + 1, count + 1):
                slot = new_slot(number, f"s{number}", "s", CLERK, KEY_FILE)
                slot.box_key, slot.sign_key, slot.certificate = bytes(32), bytes(32), bytes(64)
                slot.salt, slot.nonce, slot.secrets = bytes(16), bytes(24), bytes(96)
                slot.tag, slot.own = bytes(16), bytes(64)
                slot.grants = [Grant(DATA, 1, 1, bytes(80), bytes(64))]
                writer.ring.slots.append(slot)
        return change

    forge.put("health-keys-1000", UNSOUND, health_keys(1000))
    forge.put("health-keys-1001", DAMAGED, health_keys(1001))
    forge.put("slots-1000", UNSOUND, slots(1000))
    forge.put("slots-1001", DAMAGED, slots(1001))


def forged_grants(forge):
    """The first slot's grants: of the data key, and of health keys 1 and 3."""
    forge.grant("grant-kind-0", DAMAGED, 1, 0, kind=0)
    forge.grant("grant-kind-3", DAMAGED, 1, 2, kind=3)
    forge.grant("grant-data-epoch-2", DAMAGED, 1, 0, epoch=2)
    forge.grant("grant-data-epoch-0", DAMAGED, 1, 0, epoch=0)
    forge.grant("grant-data-as-health", DAMAGED, 1, 0, kind=HEALTH)
    forge.grant("grant-health-as-data", DAMAGED, 1, 1, kind=DATA)
    forge.grant("grant-health-epoch-absent", DAMAGED, 1, 1, epoch=2)
    forge.grant("grant-health-epoch-0", DAMAGED, 1, 1, epoch=0)
    forge.grant("grant-health-twice", DAMAGED, 1, 1, epoch=3)
    forge.grant("granter-absent", DAMAGED, 1, 0, sign=False, granter=9)
    forge.grant("granter-absent-health", DAMAGED, 1, 2, sign=False, granter=9)
    for name, change in {
        "grants-swapped": lambda grants: [grants[0], grants[2], grants[1]],
        "grants-health-first": lambda grants: [grants[1], grants[0], grants[2]],
        "grants-data-twice": lambda grants: [grants[0], *grants],
        "grants-none": lambda grants: [],
        "grants-data-missing": lambda grants: grants[1:],
    }.items():
        def put_grants(writer, root, *_, change=change):
            root.grants = change(root.grants)

        forge.put(name, DAMAGED, put_grants)

    def data_alone(writer, root, *_):
        del root.grants[1:]

    forge.put("grants-data-alone", "ok 7 health none", data_alone)

    for what, file, slot, verdict in (("root", KEYS, 1, DAMAGED), ("clerk", BY_CLERK, 4, DAMAGED),
                                      ("another", KEYS, 4, UNSOUND)):
        forge.grant(f"grant-unsigned-of-{what}", verdict, slot, 0, file, sign=False,
                    signature=bytes(64))
        forge.grant(f"grant-by-clerk-to-{what}", verdict, slot, 0, file, granter=4)
        forge.grant(f"grant-by-pharmacist-to-{what}", verdict, slot, 0, file, granter=6)

    def unvouched_manager(writer, root, *slots):
        slots[2].roles = MANAGER
        root.grants[0].granter = 4
        writer.sign_grant(root, root.grants[0])

    forge.put("grant-by-clerk-made-manager", DAMAGED, unvouched_manager)
    forge.grant("grant-by-recovery", "ok 7", 1, 0, granter=2)
    forge.grant("grant-by-manager", "ok 7", 1, 0, granter=3)


def forged_health_grants(forge):
    forge.grant("health-grant-unsigned", UNSOUND, 1, 2, sign=False, signature=bytes(64))
    forge.grant("health-grant-unsigned-of-another", UNSOUND, 3, 2, BY_CLERK, sign=False,
                signature=bytes(64))
    forge.grant("health-grant-by-clerk", UNSOUND, 1, 2, granter=4)
    forge.grant("health-grant-by-clerk-of-another", UNSOUND, 3, 2, granter=4)
    forge.grant("health-grant-by-pharmacist", "ok 7", 1, 2, granter=6)
    forge.grant("health-grant-by-disabled", "ok 7", 1, 2, granter=5)
    forge.grant("health-grant-of-zeros", "ok 7 health 1 damaged 3", 1, 2, box=bytes(80))
    forge.grant("health-grants-of-zeros", "ok 7 health none damaged 3", 6, 1, BY_PHARMACIST,
                box=bytes(80))

    def box_of_other(writer, root, *_):
        root.grants[2].box = root.grants[1].box

    forge.put("health-grant-of-other-epoch", "ok 7 health 1 damaged 3", box_of_other, sign=(1,))

    def box_for_other(writer, root, *slots):
        root.grants[2].box = slots[1].grants[2].box

    forge.put("health-grant-for-another", "ok 7 health 1 damaged 3", box_for_other, sign=(1,))

    def moved(writer, root, *slots):
        root.grants[2] = slots[1].grants[2]

    forge.put("health-grant-moved", "ok 7 health 1 damaged 3 keyring unsound", moved)

    def over_commitment(writer, root, *_):
        message = labelled(
            b"pharmacy.grant", writer.ring.store_id, u32(1), writer.ring.commitment,
            root.grants[2].granted())
        root.grants[2].signature = sign(writer.owners[1].sign, message)

    forge.put("health-grant-over-commitment", UNSOUND, over_commitment)

    def to_clerk(granter):
        return lambda writer, *slots: writer.grant_health(slots[3], 3, granter)

    forge.put("health-grant-to-clerk", "ok 7 health 3", to_clerk(6), BY_CLERK, (4,))
    forge.put("health-grant-by-clerk-to-herself", "ok 7 health 3 keyring unsound", to_clerk(4),
              BY_CLERK, (4,))


def disable(slot):
    slot.flags = DISABLED
    slot.grants = [grant for grant in slot.grants if grant.kind != DATA]


def disabled_slots(forge):
    def disabled(number):
        return lambda writer, *slots: disable(slots[number - 1])

    forge.put("disabled-clerk", IS_DISABLED, disabled(4), BY_CLERK, (4,))
    forge.put("disabled-clerk-for-root", "ok 7", disabled(4), sign=(4,))
    forge.put("disabled-clerk-unsigned", DAMAGED, disabled(4), BY_CLERK)
    forge.put("disabled-with-health", IS_DISABLED, disabled(6), BY_PHARMACIST, (6,))
    forge.put("disabled-with-health-for-root", "ok 7", disabled(6), sign=(6,))
    forge.put("disabled-manager-vouches", DAMAGED, disabled(3), BY_CLERK, (3,))
    forge.put("disabled-manager-vouches-for-root", FIRST_IS_DAMAGED, disabled(3), sign=(3,))
    forge.put("disabled-root", DAMAGED, disabled(1), sign=(1,))
    forge.put("disabled-root-for-clerk", DAMAGED, disabled(1), BY_CLERK, (1,))
    forge.put("disabled-recovery", "ok 7", disabled(2), sign=(2,))
    forge.field("disabled-with-data", DAMAGED, 4, BY_CLERK, flags=DISABLED)
    forge.field("disabled-wrong-key", WRONG_KEY, 5, BY_DISABLED, salt=bytes(16))
    forge.field("disabled-own-unsigned", DAMAGED, 5, BY_DISABLED, sign=False, own=bytes(64))
    forge.field("disabled-vouched-by-clerk", DAMAGED, 5, BY_DISABLED, signer=4)
    forge.field("enabled-without-data", DAMAGED, 5, BY_DISABLED, flags=0)

    def manager_grants(writer, *slots):
        disable(slots[2])
        slots[3].signer = slots[4].signer = 1

    forge.put("disabled-manager-grants", DAMAGED, manager_grants, BY_CLERK, (3, 4, 5))
    forge.put("disabled-manager-grants-another", UNSOUND, manager_grants, sign=(3, 4, 5))

    def hands_on_health(writer, *slots):
        manager_grants(writer, *slots)
        slots[3].grants[0].granter = 1
        slots[0].grants[2].granter = 3
        writer.ring.health_keys[0].maker = 3
        writer.sign_health_key(writer.ring.health_keys[0])

    forge.put("disabled-manager-hands-on-health", "ok 7", hands_on_health, sign=(1, 3, 4, 5))

    def enabled(writer, *slots):
        slots[4].flags = 0
        box = seal_box(writer.data_key, slots[4].box_key, Chance("enabled"))
        slots[4].grants.append(Grant(DATA, 1, 1, box))

    forge.put("enabled-again", "ok 7 health none", enabled, BY_DISABLED, (5,))

    def enabled_unsigned(writer, *slots):
        enabled(writer, *slots)
        writer.sign_grant(slots[4], slots[4].grants[0])

    forge.put("enabled-unsigned", DAMAGED, enabled_unsigned, BY_DISABLED)


def expired_slots(forge):
    for name, when, verdict in (("now", TIME, EXPIRED), ("before", TIME - 1, EXPIRED),
                                ("long-ago", 1, EXPIRED), ("after", TIME + 1, "ok 7"),
                                ("never", 0, "ok 7")):
        forge.field(f"expires-{name}", verdict, 6, BY_PHARMACIST, expires=when)
        forge.field(f"expires-{name}-of-root", verdict, 1, expires=when)
        forge.field(f"expires-{name}-of-another", "ok 7", 6, expires=when)
    forge.field("expires-unsigned", DAMAGED, 6, BY_PHARMACIST, sign=False, expires=TIME)
    forge.field("expires-wrong-key", WRONG_KEY, 6, BY_PHARMACIST, expires=1, salt=bytes(16))
    forge.field("expired-and-disabled", IS_DISABLED, 5, BY_DISABLED, expires=1)
    forge.field("expired-manager-vouches", "ok 7", 3, BY_CLERK, expires=1)
    forge.field("expired-root-vouches", "ok 7", 1, BY_CLERK, expires=1)

    def without_mac(writer, *slots):
        slots[5].expires = 1
        writer.data_key = bytes(32)

    forge.put("expired-without-mac", EXPIRED, without_mac, BY_PHARMACIST, (6,))


def add_grant_faults(make):
    flips_with_mac(make)
    forge = Forger(make)
    forged_health_keys(forge)
    limits(forge)
    forged_grants(forge)
    forged_health_grants(forge)
    disabled_slots(forge)
    expired_slots(forge)
