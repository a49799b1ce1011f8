#!/usr/bin/python3
"""Readers of health notes, buyers and access logs that leave out one rule each, and which vectors
tell.

    broken_readers.py DIR    of vectors.txt

Prints "NAME  COUNT" for each, the number of vectors of which it says something else than they
state; the status is 0 where that is none for the reader as it is, and one at least for all others.
"""

import contextlib
import re
import sys
import unicodedata

import health
from broken_log_readers import BROKEN_LOG, count_told_of_logs
from health_rows import RowReader
from vectors import TIME, Vectors


def any_member(read):
    """What binds a note to its row is left out."""
    def without(self, parse, row_number, epoch, sealed):
        return read(self, lambda plain: (row_number, parse(plain)[1]) if parse(plain) else None,
                    row_number, epoch, sealed)
    return without


def any_epoch(read):
    """All keys are tried, whatever the row says."""
    def without(self, parse, row_number, epoch, sealed):
        said = [read(self, parse, row_number, one, sealed) for one in self.keys]
        return next((one for one in said if not isinstance(one, str)), health.DAMAGED)
    return without


def any_filling(_):
    return lambda plain, size: plain.rstrip(b"\0")


def to_first_zero(_):
    return lambda plain, size: plain.split(b"\0")[0] if len(plain) % size == 0 else None


def in_any_order(parse):
    """The lines of a note, put in their order before they are read."""
    def without(plain):
        lines = plain.rstrip(b"\0").split(b"\n")[:-1]
        order = [b"member", b"kind", *(fact.encode() for fact in health.FACTS)]
        known = [line for line in lines[1:] if line.split(b"=")[0] in order]
        known.sort(key=lambda line: order.index(line.split(b"=")[0]))
        text = b"".join(line + b"\n" for line in lines[:1] + known)
        return parse(text.ljust(len(plain), b"\0"))
    return without


def always(_):
    return lambda *_: True


def any_utf_8(_):
    def is_text(value, most=200):
        with contextlib.suppress(UnicodeDecodeError):
            return len(value) <= most and bool(value.decode())
        return False
    return is_text


def of_any_length(is_text):
    return lambda value, most=200: is_text(value, len(value))


def lower_case_alone(_):
    return str.lower


def without_compatibility(_):
    return lambda name: unicodedata.normalize("NFC", name).casefold()


def whole_text(_):
    return lambda text: [text]


def names_alone(_):
    return lambda letter, name: [f"{letter}:{health.folded(name)}"]


def of_nobody(tag):
    return lambda key, number, text: tag(key, "", text)


def unkeyed(_):
    return lambda key, text: health.hashlib.blake2b(text.encode(), digest_size=16).digest()


def digest_of_16(_):
    """Another digest than the beginning of one of 32 bytes."""
    return lambda key, text: health.hashlib.blake2b(text.encode(), key=key, digest_size=16).digest()


def never(_):
    return lambda *_: False


def any_characters(_):
    pattern = health.BUYER_TEXT.pattern.replace(rb"[0-9A-Z]{1,32}", rb"[^\n\0]*")
    return re.compile(pattern)


BROKEN = {
    "as-it-is": [],
    "any-member-or-receipt": [(health.HealthReader, "read", any_member)],
    "any-epoch": [(health.HealthReader, "read", any_epoch)],
    "any-filling": [(health, "unfilled", any_filling)],
    "to-first-zero": [(health, "unfilled", to_first_zero)],
    "in-any-order": [(health, "parse_note", in_any_order)],
    "any-facts-of-a-kind": [(health, "fits_kind", always)],
    "any-value": [(health, "is_value", always)],
    "any-day": [(health, "is_day", always)],
    "any-utf-8": [(health, "is_text", any_utf_8)],
    "of-any-length": [(health, "is_text", of_any_length)],
    "any-document-number": [(health, "BUYER_TEXT", any_characters)],
    "lower-case-alone": [(health, "folded", lower_case_alone)],
    "without-compatibility": [(health, "folded", without_compatibility)],
    "names-not-split": [(health, "names_in", whole_text)],
    "no-codes": [(health, "allergy_keys", names_alone)],
    "tags-of-nobody": [(health, "note_tag", of_nobody)],
    "tags-without-key": [(health, "tag_of", unkeyed)],
    "tags-of-16-bytes": [(health, "tag_of", digest_of_16)],
    "permit-never-id-card": [(health, "is_of_id_card", never)],
    "permit-always-id-card": [(health, "is_of_id_card", always)],
}


def verdict(reader, row):
    try:
        return reader.verdict(row)
    except (KeyError, ValueError) as error:  # what was not left out relies on what was
        return repr(error)


def count_told(vectors):
    reader = RowReader(vectors.base, TIME)
    return sum(verdict(reader, vectors.row(v)) != v.verdict for v in vectors.lines if v.is_row())


def all_told(vectors, broken, count):
    """Whether some vector tells of each, and of none that is whole; `count` tells how many do."""
    as_hoped = True
    for name, changes in broken.items():
        whole = [(owner, word, getattr(owner, word)) for owner, word, _ in changes]
        for owner, word, change in changes:
            setattr(owner, word, change(getattr(owner, word)))
        told = count(vectors)
        for owner, word, value in whole:
            setattr(owner, word, value)
        print(f"{name}  {told}")
        as_hoped = as_hoped and (told > 0) == bool(changes)
    return as_hoped


def main(directory):
    vectors = Vectors(directory)
    rows = all_told(vectors, BROKEN, count_told)
    return all_told(vectors, BROKEN_LOG, count_told_of_logs) and rows


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
