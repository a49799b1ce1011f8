"""What is said of an access log that is given by itself, and of a log and anchors of it.

A log is lines of SQL that make its tables and put in its rows; log.keys is its keyring, log.key a
manager's key file.
"""

import sqlite3

import access_log
import anchors
from access_log import MARK_SCHEMA, AccessLog
from opening import open_keyring

# What is said of an entry in fewer words, as no two programs tell the faults of a MAC apart.
CHANGED = "changed"
UNSIGNED = "unsigned"
WORDS = {
    access_log.MISSING: "missing", access_log.MALFORMED: CHANGED, access_log.EPOCH: CHANGED,
    access_log.NO_KEY: CHANGED, access_log.MAC: CHANGED, access_log.NOBODY: UNSIGNED,
    access_log.SIGNATURE: UNSIGNED, access_log.NO_DETAIL: "detail",
    access_log.ADDED_DETAIL: "detail", access_log.DETAIL: "detail",
    access_log.SUBJECTS: "members", access_log.MARK: "mark", access_log.NO_ENTRY: "no entry",
    anchors.OTHER: "not its anchor", anchors.BEYOND: "beyond the end",
}


def words_of(faults):
    """In the order of numbers; what the log says of a slot and of the keyring comes first."""
    said = set()
    for seq, what in faults:
        if what == access_log.UNVOUCHED:
            said.add((0, f"slot {seq} unvouched"))
        elif what == access_log.OUTDATED:
            said.add((0, "keyring outdated"))
        else:
            said.add((seq, f"{seq} {WORDS[what]}"))
    # Who signed what was changed is not asked.
    changed = {seq for seq, words in said if words == f"{seq} {CHANGED}"}
    said -= {(seq, f"{seq} {UNSIGNED}") for seq in changed}
    return "; ".join(words for _, words in sorted(said))


def open_log(text):
    database = sqlite3.connect(":memory:", isolation_level=None)
    for line in text.decode().splitlines():
        database.execute(line)
    database.execute(f"PRAGMA user_version={MARK_SCHEMA}")
    return database


class LogReader:
    def __init__(self, base, now):
        self.opened = open_keyring(base["log.keys"], base["log.key"], now)

    def verdict(self, log, content):
        """Of the log's lines and of a file of anchors."""
        try:
            taken = anchors.parse_anchors(content)
        except anchors.NoAnchor as error:
            return f"anchors line {error}"
        found = AccessLog(open_log(log), self.opened)
        anchors.compare(found, taken)
        if found.faults:
            return f"log {words_of(found.faults)}"
        seq, mac = found.last
        return f"log whole {seq}:{mac.hex()[:32]}" if seq else "log whole none"
