#!/usr/bin/env python3
"""A command in an open session, beside the same command with a key file.

usage: tests/bench/session_cost.py BIN [ROUNDS]

Medians of whole processes in a shuffled order. The difference is to be below 1 ms.
"""

import os
import pathlib
import sys
import tempfile

from shuffled import medians, run


def main(programs, rounds=300):
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o700)
        by_session = {name: value for name, value in os.environ.items() if name != "SUDO_UID"}
        by_session |= {"PHARMACY_STORE": f"{place}/store", "XDG_RUNTIME_DIR": place}
        by_key = {**by_session, "PHARMACY_KEY_FILE": f"{place}/key"}
        store = str(pathlib.Path(programs).resolve() / "store")
        run((store, "init", "--login", "a", "--name", "a", "--new-key", f"{place}/key"), by_key)
        run((store, "unlock"), by_key)
        try:
            info = store, "info"
            median = medians({"with a key file": (info, by_key), "in a session": (info, by_session)},
                             rounds)
        finally:
            run((store, "lock"), by_session)
    more = median["in a session"] - median["with a key file"]
    print(f"a session takes {more:+.2f} ms")
    sys.exit(0 if more < 1 else "that is 1 ms or more")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
