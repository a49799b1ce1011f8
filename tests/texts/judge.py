# Judges what programs made of texts. A line of the input is a trial, its parts in hexadecimal where
# they are bytes:
#   number form holds most column status text what-the-terminal-showed answer
# form is terminal, pipe, csv or json, holds is text, lines or code. Says what is wrong, a line each.
import csv
import io
import json
import re
import sys
import unicodedata

DOCUMENTED = {0, 1, 2, 3, 4, 65, 66, 69, 73, 74, 75, 76, 77, 78}
TAKEN = {0, 4}  # or it is there already
SPACES = " \u00a0\u3000"
# Marks that stand before a number and are seen.
VISIBLE_FORMATS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")


def kept(text, holds):
    """What the store keeps of it, as pharmacy(7) has it; None where it refuses the text."""
    if holds == "lines":
        text = text.replace("\r\n", "\n").strip(SPACES + "\n")
    text = re.sub("[\u200b\u2060\ufeff]", "", text)
    for c in text:
        if c == "\n" and holds == "lines":
            continue
        if unicodedata.category(c) in ("Cc", "Zl", "Zp"):
            return None
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"):
            return None
    text = text.strip(SPACES + "\n")
    return unicodedata.normalize("NFC", text)


def as_code(text):
    text = text.replace("\u3000", " ")
    return "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text).upper()


def is_pictorial(c):
    return unicodedata.category(c) in ("So", "Sk", "Mn") or c in "\ufe0e\ufe0f"


def unsafe(text):
    """The first character that could move the cursor, reorder the line, or hide; None."""
    for i, c in enumerate(text):
        if c in "\n\t" or c in VISIBLE_FORMATS:
            continue
        if c == "\u200d" and 0 < i < len(text) - 1 and is_pictorial(text[i - 1]) and is_pictorial(text[i + 1]):
            continue
        if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return c
    return None


def begins_like_formula(text):
    rest = text.lstrip("'\"" + SPACES + "\ufeff")
    return rest[:1] in tuple("=+-@\t\r\n\0＝＋－＠") and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", rest)


def unguarded(cell):
    return cell[1:] if cell.startswith("'") and begins_like_formula(cell[1:]) else cell


def cells_of_json(value, column):
    if isinstance(value, dict):
        for key, part in value.items():
            if key == column:
                yield part
            yield from cells_of_json(part, column)
    elif isinstance(value, list):
        for part in value:
            yield from cells_of_json(part, column)


def cells_of_csv(text, column):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    header = rows[0] if rows else []
    for row in rows[1:]:
        if len(row) != len(header):
            raise ValueError("a row of another width")
        for cell in row:
            if begins_like_formula(cell) and not cell.startswith("'"):
                raise ValueError("a formula: %r" % cell)
        if header == ["section", "key", "sub", "value"]:
            if column == (row[2] or row[1]):
                yield unguarded(row[3])
        elif column in header:
            yield unguarded(row[header.index(column)])


def fault(form, holds, most, column, status, text, shown, answer):
    if status not in DOCUMENTED:
        return "status %d" % status
    seen = shown.decode()  # is a fault too where it is none
    if form == "terminal":
        bad = unsafe(seen)
        if bad is not None:
            return "a terminal is shown U+%04X" % ord(bad)
    try:
        expected = kept(text.decode(), holds)
    except UnicodeDecodeError:
        expected = None
    fits = expected is not None and len(expected.encode()) <= most
    if not fits:
        return "taken, though it should not" if status == 0 else None
    if holds != "code" and expected and status not in TAKEN:
        return "refused with %d: %s" % (status, seen)
    if status not in TAKEN or not expected or (status != 0 and not answer):
        return None
    if form == "json":
        cells = list(cells_of_json(json.loads(answer.decode()), column))
    elif form == "csv":
        cells = list(cells_of_csv(answer.decode(), column))
    else:
        answer.decode()
        return None
    if holds == "code":
        cells, expected = [as_code(c or "") for c in cells], as_code(expected)
        if status != 0:
            return None
    return None if expected in cells else "not among %d cells" % len(cells)


for line in sys.stdin:
    number, form, holds, most, column, status, *parts = line.split(" ")
    text, shown, answer = (bytes.fromhex(part) for part in parts)
    try:
        wrong = fault(form, holds, int(most), column, int(status), text, shown, answer)
    except (ValueError, csv.Error) as error:
        wrong = str(error)
    if wrong is not None:
        print(number, wrong.replace("\n", " "))
