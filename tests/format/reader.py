#!/usr/bin/python3
"""Reads a sealed store without the library, as pharmacy-store(5) describes it.

    reader.py STORE_DIR KEY_FILE
    reader.py --raw FILE_ID_HEX EPOCH DATA_KEY_HEX STORE_DIR
    reader.py --access-log STORE_DIR KEY_FILE
    reader.py --health STORE_DIR KEY_FILE
    reader.py --health STORE_DIR LOGIN PASSPHRASE_FILE
    reader.py --backup KEY_FILE BACKUP...    each with its name
    reader.py --vectors DIR    all lines of DIR/vectors.txt, each with its name

Prints a verdict in one line; the status is 0 where it is "ok", or where all are as stated:

    ok commit N rows DIGEST      all that is there is sound; after it, where there is a keyring:
        health EPOCHS            the epochs of health notes that this key opens, or none
        damaged EPOCHS           those granted to it that do not open
        keyring unsound          a signature does not hold that is not looked at in opening
        access log unsound       --access-log tells where
    page N ... damaged           these pages do not authenticate
    file damaged                 the file is shorter than its first page says
    not sealed, other format, other file, foreign log
    keyring damaged              also where a signature or the MAC does not hold
    keyring of another format
    keyring refused: older, keyring refused: other root
    key refused: not a key file, other store, wrong key, disabled, expired
    file missing                 store.db or store.keys is not there

Of a backup, which is read whole before it is looked into:

    backup made SECONDS pages N log HEAD ...    the newest entry as NUMBER:MAC, or none; then what
                                 is said of the store that is in it
    no backup                    no header of a backup
    backup of another format
    backup not whole             of another length than its header says
    page N damaged               the first page that does not authenticate
    backup of parts that do not belong together
    backup damaged               its MAC does not fit
    keyring damaged              also where it would be "keyring unsound"
    keyring ..., key refused: ...    as above

With --access-log it prints, and the status is 0 for the first alone:

    whole COUNT NUMBER:MAC       the number of entries, and the anchor of the newest
    NUMBER WHAT                  a line for each fault, with the entry's number
    ...                          a verdict as above, where the store does not open

With --health it prints a line for each note about health and each buyer of a special drug, with the
number of the note or receipt; vectors.py has the verdicts:

    note-NUMBER VERDICT, buyer-NUMBER VERDICT
    ...                          after what one says, "untagged": it lacks a tag that it should have
    complaint-NUMBER VERDICT     and for each complaint and each judgement of an adverse reaction
    reaction-NUMBER VERDICT      that tells of health, with the number of its row
"""

import pathlib
import sys
import time

from access_log import AccessLog
from backup import read_backup
from engine import Keys, Refused, Store, digest_of_rows, open_image
from complaint_health import lines_of_complaints
from health_rows import RowReader, lines_of_store
from log_rows import LogReader
from opening import Passphrase, open_keyring


def read_database(files, keys):
    """The plain database of a file and its log, and the verdict on them."""
    store = Store(files["store.db"], files.get("store.db-wal", b""), keys)
    database = open_image(store.image())
    return database, f"ok commit {store.commit} rows {digest_of_rows(database)}"


def check_keyring(database, ring):
    """The database knows the newest keyring that it was used with, and the root."""
    settings = dict(database.execute("SELECT key, value FROM setting"))
    if ring.generation < int(settings["keyring_generation"]):
        raise Refused("keyring refused: older")
    if ring.root().sign_key.hex() != settings["keyring_root"]:
        raise Refused("keyring refused: other root")


def open_store(files, key_file, now):
    """The keyring as it opens, the database, and the verdict on its rows. `files` is a dict of
    bytes by name."""
    if "store.db" not in files or "store.keys" not in files:
        raise Refused("file missing")
    opened = open_keyring(files["store.keys"], key_file, now)
    database, rows = read_database(files, opened.keys)
    check_keyring(database, opened.ring)
    return opened, database, rows


def verdict_on(files, key_file, now):
    """The verdict on the files of a store."""
    try:
        opened, database, rows = open_store(files, key_file, now)
    except Refused as refused:
        return str(refused)
    words = [rows, opened.verdict()]
    if AccessLog(database, opened).faults:
        words.append("access log unsound")
    return " ".join(words)


def raw_verdict(files, keys):
    try:
        return read_database(files, keys)[1]
    except Refused as refused:
        return str(refused)


def access_log_lines(files, key_file, now):
    try:
        opened, database, _ = open_store(files, key_file, now)
    except Refused as refused:
        return [str(refused)]
    return AccessLog(database, opened).lines()


def health_lines(directory, key):
    """What is said of each note and buyer, and of what complaints tell, by its name."""
    opened, database, _ = open_store(files_of(directory), key, int(time.time()))
    yield from lines_of_store(database, opened)
    yield from lines_of_complaints(database, opened)


def key_of(words):
    """Of a key file, or of a login and the file with its passphrase."""
    if len(words) == 1:
        return pathlib.Path(words[0]).read_bytes()
    login, file = words
    return Passphrase(login.encode(), pathlib.Path(file).read_bytes().rstrip(b"\n"))


def backup_verdict(data, key_file, now):
    try:
        header, files = read_backup(data, key_file, now)
    except Refused as refused:
        return str(refused)
    return f"{header.words()} {verdict_on(files, key_file, now)}"


def read_backups(key_file, paths):
    key, all_whole = pathlib.Path(key_file).read_bytes(), True
    for path in map(pathlib.Path, paths):
        verdict = backup_verdict(path.read_bytes(), key, int(time.time()))
        print(f"{path.name}  {verdict}")
        all_whole = all_whole and verdict.startswith("backup made")
    return all_whole


def files_of(directory):
    names = ("store.db", "store.db-wal", "store.keys")
    paths = [pathlib.Path(directory) / name for name in names]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def read_vectors(directory):
    from vectors import BACKUP, TIME, Vectors

    as_stated = True
    vectors = Vectors(directory)
    row_reader, log_reader = RowReader(vectors.base, TIME), LogReader(vectors.base, TIME)
    for vector in vectors.lines:
        if vector.is_row():
            verdict = row_reader.verdict(vectors.row(vector))
        elif vector.is_log():
            verdict = log_reader.verdict(*vectors.log(vector))
        else:
            files, key_file = vectors.build(vector)
            if BACKUP in files:
                verdict = backup_verdict(files[BACKUP], key_file, TIME)
            else:
                verdict = verdict_on(files, key_file, TIME)
        print(f"{vector.name}  {verdict}")
        as_stated = as_stated and verdict == vector.verdict
    return as_stated


def main(arguments):
    match arguments:
        case ["--vectors", directory]:
            return read_vectors(directory)
        case ["--backup", key_file, *paths] if paths:
            return read_backups(key_file, paths)
        case ["--raw", file_id, epoch, data_key, directory]:
            keys = Keys(bytes.fromhex(file_id), int(epoch), bytes.fromhex(data_key))
            verdict = raw_verdict(files_of(directory), keys)
        case ["--access-log", directory, key_file]:
            key = pathlib.Path(key_file).read_bytes()
            lines = access_log_lines(files_of(directory), key, int(time.time()))
            print("\n".join(lines))
            return lines[0].startswith("whole")
        case ["--health", directory, *key] if len(key) in (1, 2):
            for name, verdict in health_lines(directory, key_of(key)):
                print(f"{name}  {verdict}")
            return True
        case [directory, key_file]:
            key = pathlib.Path(key_file).read_bytes()
            verdict = verdict_on(files_of(directory), key, int(time.time()))
        case _:
            sys.exit(__doc__)
    print(verdict)
    return verdict.startswith("ok")


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
