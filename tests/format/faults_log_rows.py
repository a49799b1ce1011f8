"""Faults in the access log of base/, and in anchors of it: those of faults_access_log.py that leave
the keyring as it is, and some that take the keys of all who signed."""

import faults_access_log as faults_in_store
from access_log import DETAIL, MAC, MISSING, NO_DETAIL, NOBODY, OUTDATED, SIGNATURE, ZEROS
from access_log_copy import WHOLE, LogCopy, Signer
from anchors import BEYOND, OTHER
from faults_access_log import Places
from faults_log_keyring import marks
from log_rows import open_log, words_of
from make_access_log import CLERK, CLERKS_OLD_KEY, MANAGER, TABLES, insertion, literal
from opening import open_keyring
from vectors import ANCHORS, LOG, TIME

# Of an entry without a place in the log the two readers tell by other numbers.
LEFT_OUT = ("number-0", "number-below-0")
KEYS = {"log_subject": ("seq", "first"), "log_key": ("epoch",), "member": ("id",),
        "retired_key": ("staff", "sign_key")}


class StoreOfBase:
    """What LogCopy copies."""

    def __init__(self, base):
        files, owners = base.files, base.log_owners
        self.opened = open_keyring(files["log.keys"], files["log.key"], TIME)
        self.manager, self.clerk = (Signer(n, owners[n].sign) for n in (MANAGER, CLERK))
        self.image = open_log(files[LOG]).serialize()


def rows_of(database, table):
    """Rows as dicts by their keys."""
    found = database.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row)) for row in found]
    keys = KEYS.get(table, ("seq",))
    return {tuple(row[key] for key in keys): row for row in rows}


def assignments(pairs, mark):
    return mark.join(f"{name} = {literal(value)}" for name, value in pairs)


def differences(old, new):
    """The statements that make one log of the other."""
    for table in TABLES:
        before, after = rows_of(old, table), rows_of(new, table)
        names = KEYS.get(table, ("seq",))
        for key in sorted(before.keys() - after.keys()):
            yield f"DELETE FROM {table} WHERE {assignments(zip(names, key), ' AND ')}"
        for key, row in sorted(after.items()):
            if key not in before:
                yield insertion(table, row.values())
            elif row != before[key]:
                changed = [pair for pair in row.items() if pair not in before[key].items()]
                where = assignments(zip(names, key), " AND ")
                yield f"UPDATE {table} SET {assignments(changed, ', ')} WHERE {where}"


class Recorder:
    """Takes faults as faults_access_log.py states them, and makes vectors of them."""

    def __init__(self, make):
        self.make, self.store = make, StoreOfBase(make.base)
        self.places = Places(LogCopy(self.store))

    def __call__(self, name, stated, change, file=LOG):
        log = LogCopy(self.store)
        sound = log.ring.encode_body()
        change(log)
        if name in LEFT_OUT or log.ring.encode_body() != sound:
            return
        steps = [f"line {line}" for line in differences(open_log(self.make.base.files[LOG]),
                                                        log.database)]
        self.make(f"access-{name}", file, "; ".join(steps) or "nothing",
                  f"log {words_of(stated) if stated else whole(log)}")

    def with_anchors(self, name, stated, change):
        self(f"{name}-anchored", stated, change, f"{LOG} {ANCHORS}")


def whole(log):
    if log.last() is None:
        return "whole none"
    return f"whole {log.last()}:{log.entry(log.last()).mac.hex()[:32]}"


def sign_all(log, start):
    """As all could together who signed: nothing but an anchor tells."""
    log.fit_macs(start)
    for seq in range(start, log.last() + 1):
        is_old = log.entry(seq).staff == CLERK and seq <= 7
        secrets = {MANAGER: log.manager.secret,
                   CLERK: CLERKS_OLD_KEY[1] if is_old else log.clerk.secret}
        log.sign(seq, secrets[log.entry(seq).staff])


def single_entries(record):
    places = record.places
    at, last, marked = places.edit, places.last, places.marked
    old_mark = (places.marked_before, OUTDATED)

    def doubled(log):
        log.put_as(last + 1, log.entry(at))
        log.run("INSERT INTO log_subject SELECT ?, first, last FROM log_subject WHERE seq = ?",
                last + 1, at)

    def other_mark(log):
        log.edit(marked, keyring=bytes([0, 2]) + ZEROS + log.entry(marked).keyring[34:])

    def other_mark_with_mac(log):
        other_mark(log)
        log.fit_mac(marked)

    def by_nobody(log):
        log.edit(at, staff=999)
        log.fit_mac(at)

    record("doubled", [(last + 1, MAC)], doubled)
    record("mark-other", [(marked, MAC), old_mark], other_mark)
    record("mark-other-mac", [(marked, SIGNATURE), (marked + 1, MAC), old_mark],
           other_mark_with_mac)
    record("edit-staff-absent-mac", [(at, NOBODY), (at + 1, MAC)], by_nobody)
    for seq in places.by_new_key:
        record(f"retired-key-in-{seq}", [(seq, SIGNATURE)],
               lambda log, seq=seq: log.sign(seq, CLERKS_OLD_KEY[1]))
    record("log-key-for-now", WHOLE,
           lambda log: log.run("INSERT INTO log_key VALUES (2, zeroblob(32))"))


def erasures(record):
    """Entry 6 has lost its detail, as entry 11 says."""
    def run(sql, *values):
        return lambda log: log.run(sql, *values)

    def in_view(log):
        log.edit(11, kind=b"view")
        sign_all(log, 11)

    def after_it(log):
        log.put_as(15, log.entry(6))
        log.edit(15, epoch=2)
        log.run("INSERT INTO log_subject VALUES (15, 4, 4)")
        sign_all(log, 15)

    bare = [(6, NO_DETAIL)]
    record("erased-is-active", bare, run("UPDATE member SET status = 'active'"))
    record("erased-is-another", bare, run("UPDATE member SET id = 5"))
    record("erased-of-other-words", [*bare, (11, DETAIL)],
           run("UPDATE log_detail SET text = 'erased M44' WHERE seq = 11"))
    record("erased-in-view", bare, in_view)
    record("erased-before", [(15, NO_DETAIL)], after_it)


def forks(record):
    """Nothing is wrong in the log itself."""
    def edited(seq):
        def change(log):
            log.edit(seq, at=1_000_000_000)
            sign_all(log, seq)
        return change

    def cut(*seqs):
        return lambda log: log.remove(*seqs)

    def clerks_end(log):
        log.remove(14)
        log.put_as(14, log.entry(12))
        log.fit_digests(14)
        sign_all(log, 14)

    def added(log):
        log.put_as(15, log.entry(12))
        log.fit_digests(15)
        sign_all(log, 15)

    end = [(14, BEYOND)]
    for name, stated, change in (
        ("fork-in-10", [(14, OTHER)], edited(10)), ("fork-in-14", [(14, OTHER)], edited(14)),
        ("fork-in-5", [(7, OTHER), (14, OTHER)], edited(5)),
        ("end-of-clerk", [(14, OTHER)], clerks_end),
        ("last-cut", end, cut(14)), ("end-cut", end, cut(12, 13, 14)),
        ("all-cut", end, cut(*range(1, 15))), ("added", WHOLE, added),
    ):
        record(name, WHOLE, change)
        record.with_anchors(name, stated, change)
    record("epoch-cut", [(7, OUTDATED), (6, NO_DETAIL)], cut(*range(8, 15)))
    record.with_anchors("epoch-cut", [(7, OUTDATED), (6, NO_DETAIL), *end], cut(*range(8, 15)))
    record.with_anchors("first-cut", [(1, MISSING), (2, MAC)], cut(1))


def anchors(make):
    text = make.base.files[ANCHORS]
    line = text.index(b"14:")
    sound = f"log whole {text[line : line + 35].decode()}"
    middle = text[text.index(b"7:") + 2 :][:32].decode()

    def add(name, change, verdict):
        make(f"anchors-{name}", ANCHORS, change, verdict)

    add("sound", "nothing", sound)
    add("none", "cut 0", sound)
    for name, seq, mac, verdict in (
        ("ahead", 15, middle, "log 15 beyond the end"),
        ("far-ahead", 9_000_000_000_000_000_000, middle, "log 9000000000000000000 beyond the end"),
        ("of-another-history", 9, "0" * 32, "log 9 not its anchor"),
        ("of-the-entry-before", 8, middle, "log 8 not its anchor"),
        ("of-0", 0, middle, "anchors line 4"), ("below-0", -7, middle, "anchors line 4"),
        ("too-long-number", 10**19, middle, "anchors line 4"),
        ("of-31-digits", 7, middle[:31], "anchors line 4"),
        ("of-65-digits", 7, middle * 2 + "0", "anchors line 4"),
        ("in-capitals", 7, "ABCDEF" + middle[6:], "anchors line 4"),
        ("of-no-digits", 7, "g" + middle[1:], "anchors line 4"), ("again", 7, middle, sound),
        ("with-end-of-line", 7, f"{middle}\r", sound), ("with-tab", 7, f"{middle}\tx", sound),
        ("with-comma", 7, f"{middle},x", "anchors line 4"),
    ):
        if "\r" in mac or "\t" in mac:  # no characters of vectors.txt
            make.patch(f"anchors-{name}", ANCHORS, text + f"{seq}:{mac}\n".encode(), verdict)
        else:
            add(name, f"line {seq}:{mac}", verdict)
    add("without-colon", f"line 7 {middle}", "anchors line 4")
    add("after-a-word", f"line x 7:{middle}", "anchors line 4")
    add("after-a-remark", "line #; line 7", "anchors line 5")
    add("first-digit", f"flip {line + 3} 1", "log 14 not its anchor")
    add("digit-33", f"flip {line + 3 + 32} 0", "log 14 not its anchor")
    add("last-digit", f"flip {line + 3 + 63} 0", "log 14 not its anchor")
    add("cut-in-a-line", f"cut {line + 3 + 40}", sound)
    add("cut-short", f"cut {line + 3 + 20}", "anchors line 3")


def add_access_log_faults(make):
    record = Recorder(make)
    record("sound", WHOLE, lambda log: None)
    theirs = faults_in_store
    for faults in (theirs.edited_fields, theirs.rewritten, theirs.removed, theirs.moved,
                   theirs.details, theirs.members, theirs.log_keys, theirs.retired_keys, marks,
                   single_entries, erasures, forks):
        faults(record)
    anchors(make)
