#!/usr/bin/python3
"""Faults in the access log of a store, each in a plain copy of it, and what the reader says of it.

    faults_access_log.py STORE_DIR MANAGER_KEY CLERK_KEY [SEALED_DIR]

Prints "NAME  LINES" for each; the status is 0 where the reader says of all what is stated here.
With SEALED_DIR each copy is sealed again, for other readers: as SEALED_DIR/found/NAME, or as
SEALED_DIR/whole/NAME where nothing is to be found.

Who makes the faults holds the data key, so that MACs can be made to fit, and the clerk's signing
key. In the store, the clerk did something before and after she got new keys from the manager, and
the key of the store was changed; then the manager changed a member, and four entries follow.
"""

import pathlib
import sys
import time

from access_log import (ADDED_DETAIL, DETAIL, EPOCH, MAC, MALFORMED, MISSING, NO_DETAIL, NO_ENTRY,
                        NO_KEY, NOBODY, SIGNATURE, SUBJECTS, UNVOUCHED, ZEROS)
from access_log_copy import MADE_UP, WHOLE, LogCopy, StoreToCopy, of_each
from faults_log_keyring import keyring_slots, marks
from writer import sign


class Places:
    """Numbers of entries that faults are made at."""

    def __init__(self, log):
        entries = log.entries()
        self.last = log.last()
        self.manager, self.clerk = log.manager.slot, log.clerk.slot
        members = {seq for (seq,) in log.run("SELECT seq FROM log_subject")}
        # The manager's, about a member, in the epoch now and not its first.
        self.edit = next(
            e.seq for e in entries[:-4]
            if e.staff == self.manager and e.operation and e.detail is None and e.seq in members
            and 1 < e.epoch == entries[e.seq - 2].epoch == log.opened.keys.epoch
        )
        self.detailed, self.also_detailed = [e.seq for e in entries if e.detail][:2]
        self.of_clerk = [e.seq for e in entries if e.staff == self.clerk]
        self.by_old_key = [seq for seq in self.of_clerk if not log.is_by_key_now(seq)]
        self.by_new_key = [seq for seq in self.of_clerk if log.is_by_key_now(seq)]
        self.first_epoch = [e.seq for e in entries if e.epoch == 1]
        *_, self.marked_before, self.marked = [e.seq for e in entries if e.keyring]
        assert self.by_old_key and self.by_new_key

    def others_from(self, start):
        """All entries from there on that the clerk cannot sign as she should."""
        return [seq for seq in range(start, self.last + 1) if seq not in self.of_clerk]


class Maker:
    def __init__(self, store, sealed):
        self.store, self.sealed = store, sealed
        self.places = Places(LogCopy(store))
        self.names = set()
        self.as_stated = True

    def __call__(self, name, stated, change):
        """`stated` has pairs of an entry's number and what is said of it; `change` makes the
        fault in the copy that it is given."""
        assert name not in self.names
        self.names.add(name)
        log = LogCopy(self.store)
        change(log)
        lines = log.said()
        print(f"{name}  {'; '.join(lines)}")
        wanted = [f"{seq} {what}" for seq, what in stated]
        fits = lines == wanted if stated else lines[0].startswith("whole ")
        self.as_stated = self.as_stated and fits
        if not fits:
            print(f"{name}: not {'; '.join(wanted) or 'whole'}", file=sys.stderr)
        if self.sealed:
            folder = pathlib.Path(self.sealed) / ("found" if stated else "whole")
            log.write_sealed(folder / name)


def edited_fields(make):
    """Each field of an entry; then with a MAC that fits, which only the signature tells apart."""
    at, after = make.places.edit, make.places.edit + 1
    clerk, epoch = make.places.clerk, make.store.opened.keys.epoch
    ordinary = {
        "time": {"at": 1_000_000_000}, "kind": {"kind": b"view"}, "command": {"command": b"member"},
        "operation": {"operation": b"another"}, "no-operation": {"operation": None},
        "operation-as-command": {"command": b"member edi", "operation": b"t"},
    }
    for name, fields in ordinary.items():
        def put(log, fields=fields):
            log.edit(at, **fields)

        def put_with_mac(log, fields=fields):
            log.edit(at, **fields)
            log.fit_mac(at)

        make(f"edit-{name}", [(at, MAC)], put)
        make(f"edit-{name}-mac", [(at, SIGNATURE), (after, MAC)], put_with_mac)
    both = [(at, MAC), (at, SIGNATURE)]
    for name, stated, fields in (
        ("kind-other", [(at, MALFORMED)], {"kind": b"sight"}),
        ("staff", both, {"staff": clerk}),
        ("staff-absent", [(at, MAC), (at, NOBODY)], {"staff": 999}),
        ("epoch-earlier", [(at, EPOCH), (at, MAC)], {"epoch": epoch - 1}),
        ("epoch-to-come", [(at, EPOCH), (at, NO_KEY), (after, EPOCH)], {"epoch": epoch + 1}),
        ("detail-digest", [(at, MAC), (at, NO_DETAIL)], {"detail": bytes([1]) * 32}),
        ("members-digest", [(at, MAC), (at, SUBJECTS)], {"subjects": ZEROS}),
        ("mac", [*both, (after, MAC)], {"mac": ZEROS}),
        ("signature", [(at, SIGNATURE)], {"signature": bytes(64)}),
    ):
        make(f"edit-{name}", stated, lambda log, fields=fields: log.edit(at, **fields))


def rewritten(make):
    """What somebody writes anew who holds the data key, and a signing key of her own."""
    places = make.places
    at, after = places.edit, places.edit + 1

    def in_her_own_name(log):
        log.edit(at, staff=places.clerk)
        log.fit_mac(at)
        log.sign(at)

    def by_another(log):
        log.edit(at, at=1_000_000_000)
        log.fit_mac(at)
        log.sign(at)

    def chained(log):
        log.edit(at, at=1_000_000_000)
        log.fit_macs(at)

    def chained_and_signed(log):
        chained(log)
        for seq in range(at, places.last + 1):
            log.sign(seq)

    def under_earlier_epoch(log):
        log.edit(places.last, epoch=1, staff=places.manager)
        log.fit_mac(places.last)
        log.sign(places.last, log.manager.secret)

    def signature_of_another_entry(log):
        log.edit(at, signature=log.entry(after).signature)

    def of_the_mac_alone(log):
        log.edit(at, signature=sign(log.manager.secret, log.entry(at).mac))

    make("signed-by-another", [(at, SIGNATURE), (after, MAC)], by_another)
    make("another-in-her-place", [(after, MAC)], in_her_own_name)
    make("chained", of_each(range(at, places.last + 1), SIGNATURE), chained)
    make("chained-and-signed", of_each(places.others_from(at), SIGNATURE), chained_and_signed)
    make("under-earlier-epoch", [(places.last, EPOCH)], under_earlier_epoch)
    make("signature-of-another-entry", [(at, SIGNATURE)], signature_of_another_entry)
    make("signature-of-the-mac-alone", [(at, SIGNATURE)], of_the_mac_alone)


def removed(make):
    at, last = make.places.edit, make.places.last

    def linked(log):
        log.remove(at)
        log.fit_mac_after(at + 1, log.entry(at - 1).mac)

    def prefix_numbered_anew(log):
        log.remove(1, 2, 3)
        log.move(4, -3)

    def prefix_with_macs(log):
        prefix_numbered_anew(log)
        log.fit_macs(1)

    def closed(log):
        log.remove(at)
        log.move(at + 1, -1)

    make("removed", [(at, MISSING), (at + 1, MAC)], lambda log: log.remove(at))
    make("removed-and-linked", [(at, MISSING), (at + 1, SIGNATURE), (at + 2, MAC)], linked)
    make("removed-and-closed", of_each(range(at, last), MAC), closed)
    make("removed-but-members", [(at, MISSING), (at + 1, MAC), (at, NO_ENTRY)],
         lambda log: log.remove(at, rows=("log_entry",)))
    make("first-removed", [(1, MISSING), (2, MAC)], lambda log: log.remove(1))
    make("prefix-removed", [(1, MISSING), (4, MAC)], lambda log: log.remove(1, 2, 3))
    make("prefix-numbered-anew", of_each(range(1, last - 2), MAC), prefix_numbered_anew)
    make("prefix-with-macs", of_each(range(1, last - 2), SIGNATURE), prefix_with_macs)
    make("last-removed-but-members", [(last, NO_ENTRY)],
         lambda log: log.remove(last, rows=("log_entry",)))
    make("end-removed", WHOLE, lambda log: log.remove(last - 1, last))  # an anchor tells


def moved(make):
    at, last = make.places.edit, make.places.last

    def inserted(log):
        copy = log.entry(at)
        log.move(at + 1, 1)
        log.put_as(at + 1, copy)
        log.run("INSERT INTO log_subject SELECT ?, first, last FROM log_subject WHERE seq = ?",
                at + 1, at)

    def appended(sign=None):
        def change(log):
            log.put_as(last + 1, log.entry(at))
            log.fit_digests(last + 1)
            log.fit_mac(last + 1)
            if sign:
                sign(log)
        return change

    def by_clerk(log):
        log.sign(last + 1)

    def for_clerk(log):
        log.edit(last + 1, staff=make.places.clerk)
        log.fit_mac(last + 1)
        log.sign(last + 1)

    make("swapped", of_each((at, at + 1, at + 2), MAC), lambda log: log.swap(at, at + 1))
    make("inserted", of_each(range(at + 1, last + 2), MAC), inserted)
    make("gap-before-last", [(last, MISSING), (last + 1, MAC)], lambda log: log.move(last, 1))
    make("number-0", [(1, MISSING), (0, MAC), (1, MISSING)], lambda log: log.renumber(1, 0))
    make("number-below-0", [(1, MISSING), (-1, MALFORMED), (0, MISSING)],
         lambda log: log.renumber(1, -1))
    make("appended", [(last + 1, SIGNATURE)], appended())
    make("appended-and-signed", [(last + 1, SIGNATURE)], appended(by_clerk))
    make("appended-in-her-own-name", WHOLE, appended(for_clerk))  # who acts may write


def details(make):
    at, other, bare = make.places.detailed, make.places.also_detailed, make.places.edit

    def run(sql, *values):
        return lambda log: log.run(sql, *values)

    def fitted(log):
        log.run("UPDATE log_detail SET text = 'other' WHERE seq = ?", at)
        log.fit_digests(at)

    def fitted_with_mac(log):
        fitted(log)
        log.fit_mac(at)

    make("detail-text", [(at, DETAIL)], run("UPDATE log_detail SET text = 'x' WHERE seq = ?", at))
    make("detail-salt", [(at, DETAIL)],
         run("UPDATE log_detail SET salt = zeroblob(16) WHERE seq = ?", at))
    make("detail-text-as-salt", [(at, DETAIL)],
         run("UPDATE log_detail SET text = substr(text, 2),"
             " salt = CAST(salt || substr(text, 1, 1) AS BLOB) WHERE seq = ?", at))
    make("detail-removed", [(at, NO_DETAIL)], run("DELETE FROM log_detail WHERE seq = ?", at))
    make("detail-added", [(bare, ADDED_DETAIL)],
         run("INSERT INTO log_detail VALUES (?, zeroblob(16), 'x')", bare))
    make("detail-moved", [(at, NO_DETAIL), (bare, ADDED_DETAIL)],
         run("UPDATE log_detail SET seq = ? WHERE seq = ?", bare, at))
    make("detail-of-no-entry", [(9999, NO_ENTRY)],
         run("INSERT INTO log_detail VALUES (9999, zeroblob(16), 'x')"))
    make("details-swapped", [(at, DETAIL), (other, DETAIL)],
         lambda log: log.swap(at, other, ("log_detail",)))
    make("detail-fitted", [(at, MAC)], fitted)
    make("detail-fitted-mac", [(at, SIGNATURE), (at + 1, MAC)], fitted_with_mac)


def members(make):
    at, last = make.places.edit, make.places.last

    def run(sql, *values):
        return lambda log: log.run(sql, *values)

    def fitted(log):
        log.run("INSERT INTO log_subject VALUES (?, 99, 99)", at)
        log.fit_digests(at)
        log.fit_mac(at)

    stated = [(at, SUBJECTS)]
    make("member-other", stated, run("UPDATE log_subject SET first = 99, last = 99 WHERE seq = ?", at))
    make("member-below-0", stated, run("UPDATE log_subject SET first = -1 WHERE seq = ?", at))
    make("member-added", stated, run("INSERT INTO log_subject VALUES (?, 99, 99)", at))
    make("members-removed", stated, run("DELETE FROM log_subject WHERE seq = ?", at))
    make("members-of-no-entry", [(last + 1, NO_ENTRY)],
         run("INSERT INTO log_subject VALUES (?, 1, 1)", last + 1))
    make("members-fitted", [(at, SIGNATURE), (at + 1, MAC)], fitted)


def log_keys(make):
    places = make.places

    def run(sql, *values):
        return lambda log: log.run(sql, *values)

    def now_for_first(log):
        key = log.keys[log.opened.keys.epoch]
        log.run("UPDATE log_key SET key = ? WHERE epoch = 1", key)

    make("log-key-removed", of_each(places.first_epoch, NO_KEY),
         run("DELETE FROM log_key WHERE epoch = 1"))
    make("log-key-other", of_each(places.first_epoch, MAC),
         run("UPDATE log_key SET key = zeroblob(32) WHERE epoch = 1"))
    make("log-key-short", of_each(places.first_epoch, NO_KEY),
         run("UPDATE log_key SET key = zeroblob(31) WHERE epoch = 1"))
    make("log-key-of-now", of_each(places.first_epoch, MAC), now_for_first)


def retired_keys(make):
    """The clerk's key that was changed, and keys that she says the manager had."""
    places = make.places
    at, clerk, manager = places.edit, places.clerk, places.manager
    removed = of_each(places.by_old_key, SIGNATURE)
    stated = [*removed, (clerk, UNVOUCHED)]

    def change(name, sql, *values, stated=stated):
        make(f"retired-{name}", stated,
             lambda log: log.run(f"{sql} WHERE staff = {clerk}", *values))

    change("removed", "DELETE FROM retired_key", stated=removed)
    change("key-other", "UPDATE retired_key SET sign_key = ?", MADE_UP[0])
    change("of-another", "UPDATE retired_key SET staff = ?", manager,
           stated=[*removed, (manager, UNVOUCHED)])
    change("later", "UPDATE retired_key SET last_seq = last_seq + 1")
    change("voucher-clerk", "UPDATE retired_key SET voucher = ?", clerk)
    change("voucher-recovery", "UPDATE retired_key SET voucher = 2")
    change("voucher-absent", "UPDATE retired_key SET voucher = 999")
    change("unsigned", "UPDATE retired_key SET signature = zeroblob(64)")
    change("short", "UPDATE retired_key SET signature = zeroblob(63)")

    def vouched_by(voucher, secret_of):
        def again(log):
            for (key,) in log.run("SELECT sign_key FROM retired_key WHERE staff = ?", clerk):
                log.retire(clerk, key, voucher, secret_of(log))
        return again

    make("retired-vouched-by-clerk", stated, vouched_by(clerk, lambda log: log.clerk.secret))
    make("retired-signed-by-clerk", stated, vouched_by(manager, lambda log: log.clerk.secret))
    make("retired-vouched-again", WHOLE, vouched_by(manager, lambda log: log.manager.secret))

    for name, public, secret in (("made-up", *MADE_UP), ("clerks", None, None)):
        for voucher in (clerk, manager):
            def planted(log, public=public, secret=secret, voucher=voucher):
                log.retire(manager, public or log.clerk.secret[32:], voucher, log.clerk.secret)
                log.sign(at, secret)

            make(f"retired-{name}-of-slot-{voucher}", [(at, SIGNATURE), (manager, UNVOUCHED)],
                 planted)


def main(store_dir, manager_key, clerk_key, sealed=None):
    make = Maker(StoreToCopy(store_dir, manager_key, clerk_key, int(time.time())), sealed)
    make("untouched", WHOLE, lambda log: None)
    for faults in (edited_fields, rewritten, removed, moved, details, members, log_keys,
                   retired_keys, keyring_slots, marks):
        faults(make)
    return make.as_stated


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    sys.exit(0 if main(*sys.argv[1:]) else 1)
