#!/usr/bin/env python3
"""What an entry of the access log costs a command, beside one plain durable commit.

usage: tests/bench/log_cost.py BIN [ROUNDS]

Four programs in a shuffled order each round: a view of a member, which is logged; a view of a
product, which is not; an insert by sqlite3 with WAL and FULL; a query by sqlite3. Medians. An entry
is to cost one such commit at most.
"""

import os
import pathlib
import sys
import tempfile

from shuffled import medians, run


def main(programs, rounds=150):
    with tempfile.TemporaryDirectory() as place:
        env = {**os.environ, "PHARMACY_STORE": f"{place}/store", "PHARMACY_KEY_FILE": f"{place}/key"}

        def ours(name, *words):
            return (str(pathlib.Path(programs).resolve() / name), *words), env

        run(*ours("store", "init", "--login", "a", "--name", "a", "--new-key", f"{place}/key"))
        run(*ours("member", "add", "张伟", "--card", "6001"))
        run(*ours("visit", "product", "add", "690", "阿莫西林胶囊"))
        plain = f"{place}/plain.db"
        run(("sqlite3", plain, "PRAGMA journal_mode=WAL; CREATE TABLE t(a, b)"), env)
        insert = "PRAGMA synchronous=FULL; INSERT INTO t VALUES(1, zeroblob(300))"
        query = "PRAGMA synchronous=FULL; SELECT * FROM t LIMIT 1"
        median = medians({
            "view of a member": ours("member", "show", "6001"),
            "view of a product": ours("visit", "product", "show", "690"),
            "plain insert": (("sqlite3", plain, insert), env),
            "plain query": (("sqlite3", plain, query), env),
        }, rounds)
    entry = median["view of a member"] - median["view of a product"]
    commit = median["plain insert"] - median["plain query"]
    print(f"an entry {entry:.2f} ms, a plain durable commit {commit:.2f} ms: {entry / commit:.2f}")
    sys.exit(0 if entry <= commit else "that is more than a commit")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
