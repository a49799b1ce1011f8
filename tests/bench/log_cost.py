#!/usr/bin/env python3
"""What an entry of the access log costs a command, beside one plain durable commit.

usage: tests/bench/log_cost.py BIN [ROUNDS]

Four programs in a shuffled order each round: a view of a member, which is logged; a view of a
product, which is not; an insert by sqlite3 with WAL and FULL; a query by sqlite3. Medians.
"""

import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time


def main(programs, rounds=150):
    with tempfile.TemporaryDirectory() as place:
        env = {**os.environ, "PHARMACY_STORE": f"{place}/store", "PHARMACY_KEY_FILE": f"{place}/key"}

        def run(*command):
            begin = time.perf_counter()
            subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            return time.perf_counter() - begin

        def ours(name, *words):
            return str(pathlib.Path(programs).resolve() / name), *words

        run(*ours("store", "init", "--login", "a", "--name", "a", "--new-key", f"{place}/key"))
        run(*ours("member", "add", "张伟", "--card", "6001"))
        run(*ours("visit", "product", "add", "690", "阿莫西林胶囊"))
        plain = f"{place}/plain.db"
        run("sqlite3", plain, "PRAGMA journal_mode=WAL; CREATE TABLE t(a, b)")
        insert = "PRAGMA synchronous=FULL; INSERT INTO t VALUES(1, zeroblob(300))"
        commands = {
            "view of a member": ours("member", "show", "6001"),
            "view of a product": ours("visit", "product", "show", "690"),
            "plain insert": ("sqlite3", plain, insert),
            "plain query": ("sqlite3", plain, "PRAGMA synchronous=FULL; SELECT * FROM t LIMIT 1"),
        }
        times = {name: [] for name in commands}
        for _ in range(rounds):
            for name in random.sample(list(commands), len(commands)):
                times[name].append(run(*commands[name]))
    median = {name: statistics.median(all_of_it) * 1e3 for name, all_of_it in times.items()}
    for name, milliseconds in median.items():
        print(f"{name:20}{milliseconds:8.2f} ms")
    entry = median["view of a member"] - median["view of a product"]
    commit = median["plain insert"] - median["plain query"]
    print(f"an entry {entry:.2f} ms, a plain durable commit {commit:.2f} ms: {entry / commit:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
