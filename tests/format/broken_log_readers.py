"""Readers of access logs that leave out one rule each; broken_readers.py tells of them."""

import functools
import re

import access_log
import anchors
import keyring_mark
import log_rows
import opening
from engine import Refused
from vectors import TIME

MODULES = (access_log, keyring_mark, opening)
CHECK, OPEN = opening.check_signature, log_rows.open_log
# The same few signatures and logs are asked of every reader.
open_once = functools.cache(OPEN)


@functools.cache
def is_signed(public, message, signature):
    return access_log.fits(CHECK, public, message, signature)


def check_once(public, message, signature):
    if not is_signed(public, message, signature):
        raise Refused("not signed")


def quiet(kind):
    """One kind of fault is not told."""
    def change(fault):
        def told(self, seq, what):
            if what != kind:
                fault(self, seq, what)
        return told
    return change


def by_anyone(_):
    return lambda self, entry, message: any(
        is_signed(key, message, entry.signature) for keys in self.of_slot.values() for key, _ in keys)


def for_ever(_):
    return lambda self, entry, message: any(
        is_signed(key, message, entry.signature) for key, _ in self.of_slot[entry.staff])


def always(_):
    return lambda *_: True


def never(_):
    return lambda *_: False


def any_voucher(_):
    """Whoever has a slot vouches for old keys, no manager alone."""
    def is_vouched_for(self, staff, sign_key, last_seq, voucher, signature):
        slot = self.ring.find(voucher)
        message = access_log.retired_message(self.ring, staff, sign_key, last_seq)
        return slot is not None and is_signed(slot.sign_key, message, signature)
    return is_vouched_for


def as_the_table_says(log_keys):
    def keys_of(database, keys):
        return log_keys(database, keys) | dict(database.execute("SELECT epoch, key FROM log_key"))
    return keys_of


def any_salt(_):
    return lambda stated, salt, text: access_log.digest_of_detail(salt, text) == stated


def text_alone(_):
    return lambda stated, salt, text: access_log.is_bytes(salt, 16)


def erased_at_any_time(_):
    return lambda self, entry, subjects: any(
        first <= member <= last for member in self.erased for first, last in subjects)


def of_any_signer(_):
    """Every mark counts whose entry is signed."""
    def takes(self, entry, message):
        self.mark = keyring_mark.Mark.parse(entry.keyring)
        return self.mark is not None
    return takes


def fitting_what_is_next(meet):
    """What a change of keys says holds at once."""
    def at_once(self, epoch):
        meet(self, 1 << 16)
    return at_once


def without_words_about_status(_):
    return """
        SELECT m.id, max(s.seq) FROM member m JOIN log_subject s ON m.id BETWEEN s.first AND s.last
          JOIN log_detail d ON d.seq = s.seq
         WHERE d.text GLOB '*erased M' || m.id || '*' GROUP BY m.id"""


def in_any_kind(sql):
    return sql.replace("AND e.kind = 'change'", "")


def in_any_word(sql):
    return sql.replace("|| m.id || ' *'", "|| m.id || '*'")


def of_32_digits(compare):
    return lambda log, taken: compare(log, [(seq, mac[:32]) for seq, mac in taken])


def without_the_end(compare):
    return lambda log, taken: compare(log, [one for one in taken if one[0] <= log.last[0]])


def of_the_end_alone(compare):
    return lambda log, taken: compare(log, [one for one in taken if one[0] >= log.last[0]])


def any_line(parse):
    def without(content):
        lines = [line for line in content.split(b"\n")
                 if anchors.ANCHOR.fullmatch(re.split(rb"[ \t\r]", line)[0])]
        return parse(b"\n".join(lines))
    return without


def of_any_length(_):
    return re.compile(rb"([0-9]{1,18}):([0-9a-f]+)")


LOG = access_log.AccessLog
QUIET = {
    "missing": access_log.MISSING, "form": access_log.MALFORMED, "epochs": access_log.EPOCH,
    "old-log-keys": access_log.NO_KEY, "macs": access_log.MAC, "slots": access_log.NOBODY,
    "signatures": access_log.SIGNATURE, "details-gone": access_log.NO_DETAIL,
    "details-added": access_log.ADDED_DETAIL, "details": access_log.DETAIL,
    "members": access_log.SUBJECTS, "vouchers": access_log.UNVOUCHED, "marks": access_log.MARK,
    "newest-mark": access_log.OUTDATED, "rows-of-no-entry": access_log.NO_ENTRY,
    "other-anchors": anchors.OTHER, "anchors-beyond": anchors.BEYOND,
}
SUBTLE = {
    "signed-by-anyone": [(access_log.SignKeys, "signed", by_anyone)],
    "old-keys-for-ever": [(access_log.SignKeys, "signed", for_ever)],
    "old-keys-of-nobody": [(access_log.SignKeys, "is_vouched_for", always)],
    "any-voucher": [(access_log.SignKeys, "is_vouched_for", any_voucher)],
    "log-key-of-table": [(access_log, "log_keys", as_the_table_says)],
    "any-salt": [(access_log, "fits_detail", any_salt)],
    "any-text": [(access_log, "fits_detail", text_alone)],
    "erased-always": [(LOG, "is_about_erased", always)],
    "erased-at-any-time": [(LOG, "is_about_erased", erased_at_any_time)],
    "erased-without-status": [(access_log, "ERASED_ROWS", without_words_about_status)],
    "erased-in-any-kind": [(access_log, "ERASED_ROWS", in_any_kind)],
    "erased-in-any-word": [(access_log, "ERASED_ROWS", in_any_word)],
    "marks-of-any-signer": [(keyring_mark.Marks, "takes", of_any_signer)],
    "marks-at-once": [(keyring_mark.Marks, "meet_epoch", fitting_what_is_next)],
    "anchors-of-32-digits": [(anchors, "compare", of_32_digits)],
    "anchors-without-end": [(anchors, "compare", without_the_end)],
    "anchors-of-end-alone": [(anchors, "compare", of_the_end_alone)],
    "any-anchor-line": [(anchors, "parse_anchors", any_line)],
    "anchors-of-any-length": [(anchors, "ANCHOR", of_any_length)],
}
BROKEN_LOG = (
    {"log-as-it-is": []}
    | {f"log-without-{name}": [(LOG, "fault", quiet(what))] for name, what in QUIET.items()}
    | {f"log-{name}": change for name, change in SUBTLE.items()}
)


def said(reader, log):
    try:
        return reader.verdict(*log)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # it relied on the rule
        return repr(error)


def count_told_of_logs(vectors):
    log_rows.open_log = open_once
    for module in MODULES:
        module.check_signature = check_once
    reader = log_rows.LogReader(vectors.base, TIME)
    told = sum(said(reader, vectors.log(v)) != v.verdict for v in vectors.lines if v.is_log())
    for module in MODULES:
        module.check_signature = CHECK
    log_rows.open_log = OPEN
    return told
