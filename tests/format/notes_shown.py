#!/usr/bin/python3
"""Compares what "member health show" and "list" print as JSON with what the second reader reads.

    notes_shown.py STORE_DIR SHOWN LISTED KEY_FILE
    notes_shown.py STORE_DIR SHOWN LISTED LOGIN PASSPHRASE_FILE

SHOWN and LISTED are of all members of the store that have notes, one after the other, with --all.
Prints a line for each difference, and then how many notes are the same; the status is 0 where all
are.
"""

import json
import pathlib
import sys
import time

from health import FACTS
from health_rows import opened_notes
from reader import files_of, key_of, open_store

TEXTS = ("ingredient", "drug_class", "condition", "text")  # what a list tells: the first there is


def notes_in(file):
    answers = pathlib.Path(file).read_text().split("\0")
    notes = [note for answer in answers if answer for note in json.loads(answer)["notes"]]
    return {int(note["id"]): note for note in notes}


def shown_of(member, facts):
    names = ("kind", *FACTS)
    return {"member": f"M{member}"} | {name: facts.get(name) for name in names}


def listed_of(printed, facts):
    about = next((facts[name] for name in TEXTS if name in facts), "")
    if (printed or {}).get("about", "").endswith("…") and about.startswith(printed["about"][:-1]):
        about = printed["about"]  # a list cuts it
    return {"kind": facts["kind"], "about": about, "severity": facts.get("severity")}


def main(directory, shown_file, listed_file, *key):
    opened, database, _ = open_store(files_of(directory), key_of(key), int(time.time()))
    shown, listed = notes_in(shown_file), notes_in(listed_file)
    same = 0
    read = {}
    for number, member, facts in opened_notes(database, opened):
        read[number] = (member, facts)
    for number in sorted(read.keys() | shown.keys() | listed.keys()):
        printed = [file.get(number) for file in (shown, listed)]
        wanted = [None, None]
        if number in read and not isinstance(read[number][1], str):
            member, facts = read[number]
            wanted = [shown_of(member, facts), listed_of(printed[1], facts)]
        found = [one and want and {name: one.get(name) for name in want}
                 for one, want in zip(printed, wanted)]
        if None in wanted or found != wanted:
            print(f"{number}: {read.get(number)}, printed {printed}")
        else:
            same += 1
    print(f"same {same}")
    return same == len(read) == len(shown) == len(listed)


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
