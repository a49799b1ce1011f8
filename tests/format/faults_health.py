"""Health notes and buyers of special drugs, whole and with one fault each: in what is sealed, in
the row that it stands in, and in texts that no verb writes, as whoever works in the store can seal
them.
"""

import hashlib
from dataclasses import dataclass

import nacl.bindings as sodium

from health import BUYER, BUYER_BYTES, CLOSED, DAMAGED, NOTE, NOTE_BYTES, words_of
from writer import Chance, seal_box

MEMBER, RECEIPT = 12, 17
BY_PHARMACIST, BY_CLERK = "huangting.key", "zhaomin.key"  # she has the newest key; she has none
LONG = "见" * 1333 + "。"  # 4,002 bytes
NAME_OF_200 = "李" * 66 + "ab"


def fill(text, size):
    data = text if isinstance(text, bytes) else text.encode()
    return data.ljust(-(-len(data) // size) * size, b"\0")


def tag(key, text):
    return hashlib.blake2b(text.encode(), key=key, digest_size=32).digest()[:16]


def text_of(head, number, facts):
    lines = [f"pharmacy-{head}-1", number, *(f"{name}={value}" for name, value in facts.items())]
    return "".join(f"{line}\n" for line in lines)


@dataclass
class Whole:
    """What is sealed without a fault, and what belongs to it."""

    name: str
    facts: dict
    tagged: list  # keys of the tags of a note; kind of document of a buyer
    epoch: int = 3
    number: int = MEMBER

    def kind(self):
        return self.name.split(".")[1]

    def text(self):
        if self.kind() == NOTE:
            return text_of("health", f"member=M{self.number}", self.facts)
        return text_of(BUYER, f"receipt={self.number}", self.facts)

    def plain(self):
        return fill(self.text(), NOTE_BYTES if self.kind() == NOTE else BUYER_BYTES)

    def file(self, number=None, epoch=None, key=""):
        row = f"{self.name} {number or self.number} {epoch or self.epoch}"
        return f"{row} {key}".rstrip()


def note(kind, keys, epoch=3, member=MEMBER, name=None, **facts):
    return Whole(f"{name or kind}.note", {"kind": kind} | facts, keys, epoch, member)


def buyer(document, number, counts_as=None, epoch=3, receipt=RECEIPT, name="张伟", file=None):
    facts = {"name": name, "document": document, "number": number}
    return Whole(f"{file or document}.buyer", facts, [counts_as or document], epoch, receipt)


NOTES = [
    note("allergy", ["i:青霉素"], ingredient="青霉素", reaction="皮疹", severity="severe"),
    note("allergy", ["i:氯丙嗪"], epoch=1, name="older", ingredient="氯丙嗪"),
    note("allergy", ["i:青霉素"], member=13, name="other-member", ingredient="青霉素"),
    note("allergy", ["a:J01DC", "b:J", "b:J01", "b:J01D"], name="atc", drug_class="Ｊ01dc"),
    note("allergy", ["i:aspirin", "i:ss", "a:J01CA04", "b:J", "b:J01", "b:J01C", "b:J01CA",
                     "c:penicillins"],
         name="many", ingredient="Ａｓｐｉｒｉｎ；ß、 J01CA04 ;aspirin；", drug_class="Penicillins"),
    note("regimen", ["r:华法林", "r:iv"], ingredient="华法林；Ⅳ",
         dose="每晚 1 片", since="2026-01-31"),
    note("condition", ["d:高血压;2 型"], condition="高血压；2 型", severity="mild",
         since="1999-12-31", until="2024-02-29", text="= 空 =格"),
    note("history", [], condition="胃溃疡", severity="moderate"),
    note("response", [], ingredient="布洛芬", reaction="胃痛", response="intolerant",
         until="0001-01-01"),
    note("pregnancy", ["p:"], until="2026-10-01"),
    note("other", [], text="见病历"),
    note("other", [], name="full", text="x" * 210),  # with the lines before it 256 bytes
    note("other", [], name="long", text=LONG[:-1] + "x"),  # 4,000 bytes
    note("other", [], name="last", member=(1 << 63) - 1, text="见病历"),
]
BUYERS = [
    buyer("id_card", "11010519491231002X"),
    buyer("id_card", "11010519491231002X", epoch=1, file="older"),
    buyer("passport", "E12345678"),
    buyer("hk_macao_permit", "H1234567800", receipt=18),
    buyer("taiwan_permit", "12345678"),
    buyer("residence_permit", "CHN310100012345"),
    buyer("residence_permit", "11010519491231002X", "id_card", file="residence-number"),
    buyer("residence_permit", "110105194912310021", file="residence-other-digit"),
    buyer("officer_card", "1" * 32, name=NAME_OF_200),
]


class Sealed:
    """Adds vectors of what is sealed to the health keys."""

    def __init__(self, make):
        self.make = make
        self.files = make.base.files
        self.health = make.base.writer.health
        self.tag_keys = {name: Chance(f"{name} tags").take(32) for name in (NOTE, BUYER)}
        self.whole = {one.name: one for one in NOTES + BUYERS}
        for kind, key in self.tag_keys.items():
            self.files[f"{kind}.tag-key"] = key
        for one in self.whole.values():
            self.files[one.name] = self.seal(one, one.plain())

    def seal(self, one, plain, epoch=None):
        """With one ephemeral key for each name, so that a patch has only what differs."""
        secret = self.health[epoch or one.epoch]
        return seal_box(plain, sodium.crypto_scalarmult_base(secret), Chance(f"box {one.name}"))

    def says(self, one):
        """The verdict on it where it is whole."""
        kind = one.kind()
        key = self.tag_keys[kind]
        if one.kind() == NOTE:
            tags = [tag(key, f"{one.number} {name}") for name in one.tagged]
        else:
            tags = [tag(key, f"{one.tagged[0]} {one.facts['number']}")]
        return words_of(kind, one.facts, tags)

    def __call__(self, name, one, change, verdict=DAMAGED, **row):
        kind = one.kind()
        stated = f"{kind} {verdict}" if verdict in (DAMAGED, CLOSED) else verdict
        self.make(f"{kind}-{name}", one.file(**row), change, stated)

    def text(self, name, one, plain, verdict=DAMAGED):
        """`plain` is sealed, filled up as it must be where it is text."""
        kind = one.kind()
        if isinstance(plain, str):
            plain = fill(plain, NOTE_BYTES if one.kind() == NOTE else BUYER_BYTES)
        stated = f"{kind} {verdict}" if verdict in (DAMAGED, CLOSED) else verdict
        self.make.patch(f"{kind}-{name}", one.file(), self.seal(one, plain), stated)


def whole_ones(put):
    for name, one in put.whole.items():
        put(f"whole-{name.split('.')[0]}", one, "nothing", put.says(one))
    for one in (put.whole["allergy.note"], put.whole["id_card.buyer"]):
        put("for-pharmacist", one, "nothing", put.says(one), key=BY_PHARMACIST)
    for name in ("older.note", "older.buyer"):
        put("older-for-pharmacist", put.whole[name], "nothing", CLOSED, key=BY_PHARMACIST)
    put("for-clerk", put.whole["allergy.note"], "nothing", CLOSED, key=BY_CLERK)


def bytes_of_box(put, one, other):
    """In what is sealed: the ephemeral key, the tag and the text of a box."""
    size = len(put.files[one.name])
    places = {"key": 0, "key-end": 31, "tag": 32, "tag-end": 47, "text": 48, "text-midst": 120,
              "end": size - 1}
    for name, place in places.items():
        for bit in (0, 7):
            put(f"flip-{name}-{bit}", one, f"flip {place} {bit}")
    for length in sorted({0, 1, 47, 48, 49, size - 256, size - 1}):
        put(f"cut-to-{length}", one, f"cut {length}")
    for length in (1, 256):
        put(f"extend-by-{length}", one, f"extend {length}")
    put("zeros", one, f"zero 0 {size}")
    for name, (at, length) in {"key": (0, 32), "tag": (32, 16), "text": (48, 100)}.items():
        put(f"{name}-of-another", one, f"copy {at} {other.name} {at} {length}")
    put("swap-blocks", one, "swap 48 112 64")


def rows(put):
    """What is sealed stands in another row, or in this one under another epoch."""
    allergy, regimen, card = (put.whole[name] for name in
                              ("allergy.note", "regimen.note", "id_card.buyer"))
    for one in (allergy, card):
        put("of-another-number", one, "nothing", number=one.number + 1)
        put("of-number-1", one, "nothing", number=1)
        put("epoch-older", one, "nothing", epoch=1)
        put("epoch-absent", one, "nothing", CLOSED, epoch=2)
        put("epoch-next", one, "nothing", CLOSED, epoch=4)
        put("epoch-last", one, "nothing", CLOSED, epoch=65535)
        put("older-epoch-newer", put.whole["older." + one.kind()], "nothing", epoch=3)
    put("other-member-moved", put.whole["other-member.note"], "nothing", number=MEMBER)
    put("became-other-members", allergy, "become other-member.note")
    # Two notes of one member in one epoch in each other's place: nothing tells.
    put("became-another-of-hers", allergy, "become regimen.note", put.says(regimen))
    put("became-older", allergy, "become older.note")
    put("became-buyer", allergy, "become id_card.buyer")
    put("became-buyer-of-that-number", allergy, "become id_card.buyer", number=RECEIPT)
    put("became-note", card, "become allergy.note")
    put("became-note-of-that-number", card, "become allergy.note", number=MEMBER)
    put("became-another-receipts", card, "become hk_macao_permit.buyer")
    put("became-another-of-its-own", card, "become passport.buyer",
        put.says(put.whole["passport.buyer"]))


def other_keys(put):
    for one in (put.whole["allergy.note"], put.whole["id_card.buyer"]):
        kind = one.kind()
        chance = Chance(f"other keys {kind}")
        made_up = sodium.crypto_scalarmult_base(chance.take(32))
        boxed = seal_box(one.plain(), made_up, chance)
        put.make.patch(f"{kind}-for-made-up-key", one.file(), boxed, f"{kind} {DAMAGED}")
        # A box of two known keys, its nonce not that of a sealed box.
        secret = chance.take(32)
        public = sodium.crypto_scalarmult_base(put.health[one.epoch])
        boxed = sodium.crypto_box(one.plain(), bytes(24), public, secret)
        put.make.patch(f"{kind}-nonce-zero", one.file(),
                       sodium.crypto_scalarmult_base(secret) + boxed, f"{kind} {DAMAGED}")


def replaced(one, old, new):
    text = one.text()
    assert text.count(old) == 1, (one.name, old)
    return text.replace(old, new)


def lines_of_notes(put):
    allergy = put.whole["allergy.note"]
    for name, old, new in (
        ("other-head", "health-1", "health-2"), ("no-head", "pharmacy-health-1\n", ""),
        ("head-of-buyer", "pharmacy-health-1", "pharmacy-buyer-1"),
        ("other-number", "M12", "M13"), ("number-bare", "M12", "12"),
        ("number-small", "M12", "m12"),
        ("number-wide", "M12", "Ｍ１２"), ("number-zeros", "M12", "M012"), ("number-0", "M12", "M0"),
        ("number-signed", "M12", "M+12"), ("no-number", "member=M12\n", ""),
        ("number-twice", "member=M12\n", "member=M12\nmember=M12\n"),
        ("kind-unknown", "kind=allergy", "kind=rash"),
        ("kind-capital", "kind=allergy", "kind=Allergy"),
        ("no-kind", "kind=allergy\n", ""),
        ("kind-late", "kind=allergy\ningredient=青霉素\n", "ingredient=青霉素\nkind=allergy\n"),
        ("fact-unknown", "reaction=", "colour="), ("fact-capital", "reaction=", "Reaction="),
        ("fact-twice", "reaction=皮疹\n", "reaction=皮疹\nreaction=皮疹\n"),
        ("facts-swapped", "reaction=皮疹\nseverity=severe\n", "severity=severe\nreaction=皮疹\n"),
        ("fact-bare", "reaction=皮疹", "reaction"), ("fact-empty", "reaction=皮疹", "reaction="),
        ("fact-spaced", "reaction=", "reaction ="), ("severity-unknown", "=severe", "=grave"),
        ("severity-spaced", "=severe", "=severe "), ("line-blank", "kind=", "\nkind="),
        ("line-crlf", "皮疹\n", "皮疹\r\n"), ("line-last-open", "=severe\n", "=severe"),
        ("line-more", "=severe\n", "=severe\n."),
        ("fact-of-other-kind", "=severe\n", "=severe\ndose=1\n"),
        ("no-allergen", "ingredient=青霉素\n", ""),
    ):
        put.text(name, allergy, replaced(allergy, old, new))
    last = put.whole["last.note"]
    put.text("number-too-large", last, replaced(last, str(last.number), str(last.number + 1)))


def facts_of_notes(put):
    for kind, fact in (("condition", "condition=高血压；2 型\n"), ("history", "condition=胃溃疡\n"),
                       ("regimen", "ingredient=华法林；Ⅳ\n"), ("response", "response=intolerant\n"),
                       ("response", "ingredient=布洛芬\n"), ("other", "text=见病历\n")):
        one = put.whole[f"{kind}.note"]
        put.text(f"{kind}-without-{fact.split('=')[0]}", one, replaced(one, fact, ""))
    pregnancy = put.whole["pregnancy.note"]
    for name, day in (("none", "2026-02-30"), ("short", "2026-10-1"), ("wide", "２０２６-10-01"),
                      ("year-0", "0000-10-01"), ("basic", "20261001"), ("week", "2026-W40-1"),
                      ("empty", "")):
        put.text(f"day-{name}", pregnancy, replaced(pregnancy, "2026-10-01", day))
    for name, value in (
        ("not-utf-8", b"\xff"), ("cut-utf-8", "皮".encode()[:2]), ("surrogate", b"\xed\xa0\x80"),
        ("overlong", b"\xc0\xaf"), ("control", b"\x1b[2J"), ("c1", "\x85".encode()),
        ("direction", "\u202e疹".encode()), ("unseen", "皮\u200b疹".encode()),
        ("decomposed", "e\u0301".encode()), ("space-before", b" x"), ("space-after", b"x "),
        ("wide-space-after", "疹\u3000".encode()), ("201-bytes", b"x" * 201),
    ):
        allergy = put.whole["allergy.note"]
        plain = allergy.text().encode().replace("皮疹".encode(), value)
        put.text(f"text-{name}", allergy, fill(plain, NOTE_BYTES))
    longest = put.whole["long.note"]
    put.text("text-4001-bytes", longest, replaced(longest, "x\n", "xy\n"))


def filling(put):
    for name, size in (("allergy.note", NOTE_BYTES), ("id_card.buyer", BUYER_BYTES)):
        one = put.whole[name]
        text, plain = one.text().encode(), one.plain()
        put.text("unfilled", one, text)
        put.text("filled-by-1-less", one, plain[:-1])
        put.text("filled-by-1-more", one, plain + b"\0")
        put.text("filled-twice", one, plain + bytes(size))
        put.text("filled-to-half", one, text.ljust(size // 2, b"\0"))
        put.text("filled-with-spaces", one, text.ljust(size, b" "))
        put.text("filled-with-line-feeds", one, text.ljust(size, b"\n"))
        put.text("last-byte-1", one, plain[:-1] + b"\1")
        put.text("byte-in-filling", one, plain[:200] + b"x" + plain[201:])
        put.text("zero-in-head", one, plain.replace(b"-", b"\0", 1))
        put.text("nothing-in-it", one, b"")
        put.text("zeros-in-it", one, bytes(size))
    full = put.whole["full.note"]
    put.text("full-filled", full, full.plain() + bytes(NOTE_BYTES))


def lines_of_buyers(put):
    card = put.whole["id_card.buyer"]
    number = card.facts["number"]
    for name, old, new in (
        ("other-head", "buyer-1", "buyer-2"), ("no-head", "pharmacy-buyer-1\n", ""),
        ("other-number", "receipt=17", "receipt=18"), ("number-zeros", "receipt=17", "receipt=017"),
        ("number-0", "receipt=17", "receipt=0"), ("number-signed", "receipt=17", "receipt=-17"),
        ("no-number", "receipt=17\n", ""), ("no-name", "name=张伟\n", ""),
        ("no-document", "document=id_card\n", ""), ("no-document-number", f"number={number}\n", ""),
        ("name-empty", "张伟", ""), ("name-control", "张伟", "张\x07伟"), ("name-spaced", "张伟", "张伟 "),
        ("name-201-bytes", "张伟", "x" * 201), ("name-twice", "name=张伟\n", "name=张伟\nname=张伟\n"),
        ("lines-swapped", f"document=id_card\nnumber={number}\n",
         f"number={number}\ndocument=id_card\n"),
        ("document-unknown", "=id_card", "=licence"), ("document-empty", "=id_card", "="),
        ("document-capital", "=id_card", "=ID_card"), ("number-empty", number, ""),
        ("number-small", number, "e12345678"), ("number-spaced", number, "E 12345678"),
        ("number-hyphen", number, "E-12345678"), ("number-wide", number, "Ｅ12345678"),
        ("number-33", number, "1" * 33), ("line-more", f"{number}\n", f"{number}\ntext=x\n"),
        ("line-last-open", f"{number}\n", number),
    ):
        put.text(name, card, replaced(card, old, new))
    plain = card.plain().replace("张伟".encode(), b"\xff\xfe")
    put.text("name-not-utf-8", card, plain[:-2].ljust(BUYER_BYTES, b"\0"))


def add_health_faults(make):
    put = Sealed(make)
    whole_ones(put)
    bytes_of_box(put, put.whole["allergy.note"], put.whole["regimen.note"])
    bytes_of_box(put, put.whole["id_card.buyer"], put.whole["passport.buyer"])
    rows(put)
    other_keys(put)
    lines_of_notes(put)
    facts_of_notes(put)
    filling(put)
    lines_of_buyers(put)
