"""Reads what complaints and adverse reactions tell of health, as pharmacy-store(5) describes it.

As with notes any row may be anything here.
"""

import re

from health import HealthReader, shown
from keyring import is_name

FIRST_SCHEMA = {"complaint": 34, "reaction": 35}  # that has their tables
COMPLAINT_ROWS = "SELECT complaint, epoch, sealed FROM complaint_health ORDER BY complaint"
REACTION_ROWS = """
    SELECT h.reaction, r.complaint, h.epoch, h.sealed
      FROM adverse_reaction_health h JOIN adverse_reaction r ON r.id = h.reaction
      ORDER BY h.reaction"""
BLOCK = 256
COMPLAINT_TEXT = re.compile(rb"pharmacy-complaint-1\ncomplaint=([^\n\0]+)\n([^\0]{1,16000})")
REACTION_HEAD = re.compile(rb"pharmacy-reaction-1\ncomplaint=([^\n\0]+)\nreaction=([1-9][0-9]*)\n")
PART = re.compile(rb"([a-z_]+) (0|[1-9][0-9]*)\n")
NUMBER = re.compile(rb"0|[1-9][0-9]*")
TEXTS = ("name", "course", "treatment", "result", "dosage", "taken_for", "other_drugs", "history")
ANSWERS = {b"yes", b"no", b"unknown"}
PARTS = TEXTS + ("sex", "age", "weight", "better_when_stopped", "again_when_taken")


def written_number(complaint):
    """As people write it: the year, and the place in it."""
    year, place = divmod(complaint, 1_000_000)
    return f"C{year:04}-{place:06}".encode()


def unfilled(plain):
    """The text without the zeros after it, of which there is at least one."""
    text = plain.rstrip(b"\0")
    return text if len(plain) == (len(text) // BLOCK + 1) * BLOCK else None


def is_lines(value, most):
    """Of a name's form, but that line feeds may be inside."""
    return (0 < len(value) <= most and not value.startswith(b"\n") and not value.endswith(b"\n")
            and is_name(value.replace(b"\n", b".")))


def is_whole(value, least, most):
    return NUMBER.fullmatch(value) is not None and least <= int(value) <= most


def is_value(part, value):
    if part == "name":
        return 0 < len(value) <= 200 and is_name(value)
    if part in TEXTS:
        return is_lines(value, 4000)
    if part == "sex":
        return value in (b"female", b"male")
    if part == "age":
        return is_whole(value, 0, 150)
    if part == "weight":
        return is_whole(value, 1, 500_000)
    return value in ANSWERS


def parse_complaint(plain):
    """The complaint's number as it is written, and what was said; None where it is no such text."""
    found = COMPLAINT_TEXT.fullmatch(unfilled(plain) or b"")
    if found is None or not is_lines(found[2], 16_000):
        return None
    return found[1], {"text": found[2].decode()}


def parse_reaction(plain):
    """The numbers of complaint and judgement, and what was told; None where it is no such text."""
    text = unfilled(plain) or b""
    head = REACTION_HEAD.match(text)
    if head is None:
        return None
    told, at = {}, head.end()
    while at < len(text):
        part = PART.match(text, at)
        if part is None:
            return None
        end = part.end() + int(part[2])
        name, value = part[1].decode(), text[part.end():end]
        if text[end:end + 1] != b"\n" or name not in PARTS or not is_value(name, value):
            return None
        if told and PARTS.index(name) <= PARTS.index(list(told)[-1]):
            return None
        told[name] = value.decode()
        at = end + 1
    return (head[1], int(head[2])), told


def words(kind, found):
    if isinstance(found, str):
        return f"{kind} {found}"
    return " ".join([kind, *(f"{name}={shown(value)}" for name, value in found.items())])


def lines_of_complaints(database, opened):
    """Of each complaint that tells of health, and of each judgement of a reaction that does."""
    (schema,) = database.execute("PRAGMA user_version").fetchone()
    reader = HealthReader(opened)
    if schema >= FIRST_SCHEMA["complaint"]:
        for complaint, epoch, sealed in database.execute(COMPLAINT_ROWS):
            found = reader.read(parse_complaint, written_number(complaint), epoch, sealed)
            yield f"complaint-{complaint}", words("complaint", found)
    if schema >= FIRST_SCHEMA["reaction"]:
        for reaction, complaint, epoch, sealed in database.execute(REACTION_ROWS):
            place = written_number(complaint), reaction
            found = reader.read(parse_reaction, place, epoch, sealed)
            yield f"reaction-{reaction}", words("reaction", found)
