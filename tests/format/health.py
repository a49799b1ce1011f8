"""Reads health notes and the buyers of special drugs, as pharmacy-store(5) describes them.

Any row may be anything here: whoever has the data key can write it, and whoever works in the store
can seal anything to a health key.
"""

import datetime
import hashlib
import re
import unicodedata

import nacl.bindings
import nacl.exceptions

from keyring import HEALTH, is_name

NOTE, BUYER = "note", "buyer"
BOX_OVERHEAD = 48
CLOSED = "closed"  # under a key that the reader was not granted
DAMAGED = "damaged"  # it does not open, says what no verb writes, or is another row's
TAG = 16
MOST = (1 << 63) - 1  # of a number of a member or a receipt
FACTS = ("ingredient", "drug_class", "condition", "reaction", "severity", "response", "dose",
         "since", "until", "text")
# What a note of each kind must have, and what it may have beside that.
KINDS = {
    "condition": ({"condition"}, {"severity", "since", "until", "text"}),
    "history": ({"condition"}, {"severity", "since", "until", "text"}),
    "allergy": (set(), {"ingredient", "drug_class", "reaction", "severity", "since", "until",
                        "text"}),
    "regimen": ({"ingredient"}, {"dose", "since", "until", "text"}),
    "response": ({"ingredient", "response"}, {"reaction", "since", "until", "text"}),
    "pregnancy": (set(), {"since", "until", "text"}),
    "other": ({"text"}, {"since", "until"}),
}
WORDS = {
    "severity": {b"mild", b"moderate", b"severe"},
    "response": {b"sensitive", b"ordinary", b"resistant", b"intolerant"},
}
DOCUMENTS = {b"id_card", b"passport", b"hk_macao_permit", b"taiwan_permit", b"residence_permit",
             b"officer_card"}
NOTE_TEXT = re.compile(
    rb"pharmacy-health-1\nmember=M([1-9][0-9]*)\nkind=([^\n\0]+)\n"
    + b"".join(rb"(?:%s=([^\n\0]+)\n)?" % fact.encode() for fact in FACTS)
)
BUYER_TEXT = re.compile(
    rb"pharmacy-buyer-1\nreceipt=([1-9][0-9]*)\nname=([^\n\0]+)\ndocument=([^\n\0]+)\n"
    rb"number=([0-9A-Z]{1,32})\n"
)
BUYER_BYTES = 512
NOTE_BYTES = 256  # or a multiple of it
LEVELS = (1, 3, 4, 5, 7)  # characters of an ATC code
ATC = re.compile(r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")
SPACES = " \xa0\u3000"
UNSEEN = re.compile("[\u200b\u2060\ufeff]")


def is_day(value):
    if re.fullmatch(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        return False
    try:
        return bool(datetime.date.fromisoformat(value.decode()))
    except ValueError:
        return False


def is_text(value, most=200):
    return len(value) <= most and is_name(value)


def is_value(fact, value):
    if fact in WORDS:
        return value in WORDS[fact]
    if fact in ("since", "until"):
        return is_day(value)
    return is_text(value, 4000 if fact == "text" else 200)


def fits_kind(kind, facts):
    if kind not in KINDS:
        return False
    required, allowed = KINDS[kind]
    if kind == "allergy" and not facts.keys() & {"ingredient", "drug_class"}:
        return False
    return required <= facts.keys() <= required | allowed


def unfilled(plain, size):
    """The text without what fills it up; None where that is not as it must be."""
    text = plain.rstrip(b"\0")
    return text if len(plain) == -(-len(text) // size) * size else None


def parse_note(plain):
    """The member's number, and the kind and the facts in their order; None where it is no note."""
    found = NOTE_TEXT.fullmatch(unfilled(plain, NOTE_BYTES) or b"")
    if found is None or int(found[1]) > MOST:
        return None
    values = zip(FACTS, found.groups()[2:])
    facts = {fact: value for fact, value in values if value is not None}
    kind = found[2].decode("ascii", "replace")
    if not fits_kind(kind, facts) or not all(is_value(*one) for one in facts.items()):
        return None
    return int(found[1]), {"kind": kind} | {f: value.decode() for f, value in facts.items()}


def parse_buyer(plain):
    """The receipt's number, and name, document and number; None where it is no buyer."""
    text = unfilled(plain, BUYER_BYTES)
    found = BUYER_TEXT.fullmatch(text or b"") if len(plain) == BUYER_BYTES else None
    if found is None or int(found[1]) > MOST:
        return None
    if not is_text(found[2]) or found[3] not in DOCUMENTS:
        return None
    name, document, document_number = (value.decode() for value in found.groups()[1:])
    return int(found[1]), {"name": name, "document": document, "number": document_number}


def open_box(sealed, public, secret):
    if not isinstance(sealed, bytes) or len(sealed) < BOX_OVERHEAD:
        return None
    try:
        return nacl.bindings.crypto_box_seal_open(sealed, public, secret)
    except nacl.exceptions.CryptoError:
        return None


class HealthReader:
    """Opens what is sealed to the health keys that a slot was granted."""

    def __init__(self, opened):
        ring = opened.ring
        self.keys = {
            grant.epoch: (ring.find_health_key(grant.epoch).key, opened.health_secret(grant))
            for grant in opened.slot.grants if grant.kind == HEALTH
        }

    def read(self, parse, row_number, epoch, sealed):
        """What a row says; CLOSED or DAMAGED. It must be sealed with the row's number."""
        keys = self.keys.get(epoch)
        if keys is None:
            return CLOSED
        plain = open_box(sealed, *keys)
        found = None if plain is None else parse(plain)
        if found is None or found[0] != row_number:
            return DAMAGED
        return found[1]

    def note(self, written_for, epoch, sealed):
        return self.read(parse_note, written_for, epoch, sealed)

    def buyer(self, receipt, epoch, sealed):
        return self.read(parse_buyer, receipt, epoch, sealed)


def is_ignored(c):
    """Unicode's Default_Ignorable_Code_Point."""
    point = ord(c)
    return (
        point in (0xAD, 0x34F, 0x61C, 0x3164, 0xFEFF, 0xFFA0)
        or any(first <= point <= last for first, last in (
            (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
            (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8),
            (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)))
    )


def folded(name):
    """Unicode's NFKC_Casefold."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold())
    text = unicodedata.normalize("NFKC", text.casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in text if not is_ignored(c)))


def half_width(text):
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)


def names_in(text):
    parts = (UNSEEN.sub("", part).strip(SPACES) for part in re.split("[;；、]", text))
    return [unicodedata.normalize("NFC", part) for part in parts if part]


def allergy_keys(letter, name):
    code = half_width(name)
    code = "".join(c.upper() if c.isascii() else c for c in code)
    if ATC.fullmatch(code) is None:
        return [f"{letter}:{folded(name)}"]
    return [f"a:{code}"] + [f"b:{code[:level]}" for level in LEVELS if level < len(code)]


def note_keys(facts):
    """What a note is found by, each once."""
    keys = []
    names = names_in(facts.get("ingredient", ""))
    match facts["kind"]:
        case "allergy":
            for name in names:
                keys += allergy_keys("i", name)
            if "drug_class" in facts:
                keys += allergy_keys("c", facts["drug_class"])
        case "regimen":
            keys = [f"r:{folded(name)}" for name in names]
        case "condition":
            keys = [f"d:{folded(facts['condition'])}"]
        case "pregnancy":
            keys = ["p:"]
    return list(dict.fromkeys(keys))


def tag_of(key, text):
    return hashlib.blake2b(text.encode(), key=key, digest_size=32).digest()[:TAG]


def note_tag(tag_key, written_for, key):
    return tag_of(tag_key, f"{written_for} {key}")


def is_of_id_card(number):
    """Whether an ID card can have it (GB 11643): its day of birth and its last digit."""
    if re.fullmatch("[1-9][0-9]{16}[0-9X]", number) is None:
        return False
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    total = 0
    for digit in number[:17]:
        total = (total + int(digit)) * 2 % 11
    return is_day(birth.encode()) and birth >= "1850" and "10X98765432"[total] == number[17]


def document_tag(tag_key, document, number):
    if document == "residence_permit" and is_of_id_card(number):
        document = "id_card"
    return tag_of(tag_key, f"{document} {number}")


def shown(value):
    """On one line; a long one by its length and a digest."""
    data = value.encode()
    if len(data) <= 60:
        return value.replace("\n", "\\n")
    return f"{len(data)}:{hashlib.blake2b(data, digest_size=32).hexdigest()[:16]}"


def words_of(kind, found, tags):
    """The verdict on a row: what it says, and the beginnings of the tags that belong to that."""
    if isinstance(found, str):
        return f"{kind} {found}"
    words = [kind, *(f"{name}={shown(value)}" for name, value in found.items())]
    return " ".join(words + ["tags", *([tag.hex()[:8] for tag in tags] or ["none"])])


def note_verdict(reader, tag_key, written_for, epoch, sealed):
    """Without a key no tag belongs to it."""
    facts = reader.note(written_for, epoch, sealed)
    keys = [] if isinstance(facts, str) or tag_key is None else note_keys(facts)
    tags = [note_tag(tag_key, written_for, key) for key in keys]
    return words_of(NOTE, facts, tags)


def buyer_verdict(reader, tag_key, receipt, epoch, sealed):
    buyer = reader.buyer(receipt, epoch, sealed)
    tags = []
    if not isinstance(buyer, str):
        tags = [document_tag(tag_key, buyer["document"], buyer["number"])]
    return words_of(BUYER, buyer, tags)
