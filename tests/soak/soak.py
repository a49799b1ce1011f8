#!/usr/bin/env python3
"""Runs every harness at its full size, a piece at a time, and every gate; goes on where it stopped.

Each piece is a run of a test program with PHARMACY_TRIALS set. What was done is kept in a file of
lines; a piece that went well is not done again. The summary says what each harness did and found,
and which of them has more trials than its line in harnesses.txt lets it do.
"""

import argparse
import collections
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


class Progress:
    """What was done, by the name of the piece: {"piece", "passed", "lines", "seconds"}."""

    def __init__(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.file = directory / "progress.jsonl"
        self.done = {}
        if self.file.exists():
            for line in self.file.read_text().splitlines():
                entry = json.loads(line)
                self.done[entry["piece"]] = entry

    def seed(self):
        file = self.directory / "seed"
        if not file.exists():
            file.write_text(str(random.SystemRandom().randrange(2**32)))
        return file.read_text()

    def passed(self, piece):
        return piece in self.done and self.done[piece]["passed"]

    def add(self, entry):
        self.done[entry["piece"]] = entry
        with self.file.open("a") as out:
            out.write(json.dumps(entry) + "\n")


def harnesses(file=HERE / "harnesses.txt"):
    for line in pathlib.Path(file).read_text().splitlines():
        if line and not line.startswith("#"):
            program, case, trials, piece = (part.strip() for part in line.split("|"))
            yield program, case, int(trials), int(piece)


def pieces_of(program, case, total, size):
    """Name and environment of every piece of a harness."""
    for first in range(0, total, size):
        span = f"{first}-{min(first + size, total)}"
        yield f"{program}: {case}: {span}", program, case, span


def pieces():
    """The first piece of each harness, the second of each, ..."""
    rounds = itertools.zip_longest(*(pieces_of(*harness) for harness in harnesses()))
    return [piece for one in rounds for piece in one if piece]


def command(options, program, case):
    # A comma would begin the next filter: any character stands for it.
    return [f"{options.bin}/test_{program}", "--test-case=" + case.replace(",", "?")]


def idle_lines(options):
    """The lines of a list that fit no case of their program, if it is built."""
    for program, case, *_ in harnesses(options.check_list):
        if not pathlib.Path(command(options, program, case)[0]).exists():
            continue
        found = subprocess.run(command(options, program, case) + ["--list-test-cases"],
                               stdout=subprocess.PIPE, text=True, check=True).stdout
        if "filters: 0" in found:
            yield f"{program} | {case}"


def run_piece(options, progress, name, program, case, span):
    with tempfile.NamedTemporaryFile() as log:
        env = dict(os.environ, PHARMACY_TRIALS=span, PHARMACY_SEED=progress.seed(),
                   PHARMACY_TRIALS_LOG=log.name)
        start = time.monotonic()
        run = subprocess.run(command(options, program, case), env=env,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = pathlib.Path(log.name).read_text().splitlines()
    # A filter that fits no case would pass.
    passed = run.returncode == 0 and "test cases: 0" not in re.sub(" +", " ", run.stdout)
    if not passed:
        (progress.directory / "failures.txt").open("a").write(f"== {name}\n{run.stdout}\n")
    progress.add({"piece": name, "passed": passed, "lines": lines,
                  "seconds": round(time.monotonic() - start, 1)})


def run_gate(progress, name):
    start = time.monotonic()
    log = progress.directory / f"gate-{name}.log"
    with log.open("w") as out:
        run = subprocess.run([HERE / "gates.sh", name, str(progress.directory)],
                             stdout=subprocess.PIPE, stderr=out, text=True)
    log.open("a").write(run.stdout)
    progress.add({"piece": f"gate: {name}", "passed": run.returncode == 0,
                  "lines": run.stdout.splitlines()[-1:],
                  "seconds": round(time.monotonic() - start, 1)})


def trials(lines):
    """Of each line that a harness logged: its name, the trials done, those there are, the rest."""
    for line in lines:
        match = re.match(r"(.*): (\d+)/(\d+), seed \d+(.*)", line)
        if match:
            name, done, total, found = match.groups()
            yield name, int(done), int(total), found


def cut_short(progress):
    """What harnesses have that went well: more trials than the list lets them do, or fewer done."""
    found = {}
    for program, case, listed, size in harnesses():
        for piece, _, _, span in pieces_of(program, case, listed, size):
            if not progress.passed(piece):
                continue
            first, last = (int(end) for end in span.split("-"))
            lines = list(trials(progress.done[piece]["lines"]))
            if not lines:
                found[piece] = "logged no trials"
            for name, done, total, _ in lines:
                if listed < total:
                    found[f"{program}: {case}: {name}"] = f"the list says {listed} of {total}"
                elif done != max(min(last, total) - first, 0):
                    found[f"{piece}: {name}"] = f"did {done} of {total}"
    return found


def summary(progress):
    """Each harness with its trials and what they found, summed; each gate with its last line."""
    sums = collections.OrderedDict()
    failed = [entry["piece"] for entry in progress.done.values() if not entry["passed"]]
    for entry in progress.done.values():
        for line in entry["lines"]:
            if not any(trials([line])):
                print(f"{entry['piece']}: {line}")
        for name, done, total, found in trials(entry["lines"]):
            row = sums.setdefault(name, {"done": 0, "total": total, "found": {}})
            row["done"] += done
            for what, count in re.findall(r", ([^,]*) (\d+)", found):
                so_far = row["found"].get(what, 0)
                row["found"][what] = (max(so_far, int(count)) if what.startswith("slowest")
                                      else so_far + int(count))
    for name, row in sums.items():
        found = ", ".join(f"{what} {count}" for what, count in row["found"].items())
        print(f"{name}: {row['done']}/{row['total']}, seed {progress.seed()}, {found}")
    for piece in failed:
        print(f"FAILED: {piece}")
    short = cut_short(progress)
    for harness, why in short.items():
        print(f"CUT SHORT: {harness}: {why}")
    return not failed and not short


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="where the test programs are")
    parser.add_argument("--directory", required=True, help="where the progress is kept")
    parser.add_argument("--hours", type=float, default=1e9, help="begin nothing after so long")
    parser.add_argument("--only", default="", help="pieces whose name holds this")
    parser.add_argument("--check-list", metavar="FILE",
                        help="only say which lines of such a list fit no test")
    parser.add_argument("--summary", action="store_true", help="only say what was done")
    options = parser.parse_args()
    if options.check_list:
        idle = list(idle_lines(options))
        print("\n".join(idle))
        sys.exit(1 if idle else 0)
    progress = Progress(pathlib.Path(options.directory))
    until = time.monotonic() + options.hours * 3600
    todo = [] if options.summary else [p for p in pieces() if options.only in p[0]]
    gates = subprocess.run([HERE / "gates.sh", "list"], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.split()
    for name, *rest in todo:
        if time.monotonic() < until and not progress.passed(name):
            print(f"soak: {name}", file=sys.stderr)
            run_piece(options, progress, name, *rest)
    for gate in [] if options.summary else gates:
        name = f"gate: {gate}"
        if options.only in name and time.monotonic() < until and not progress.passed(name):
            print(f"soak: {name}", file=sys.stderr)
            run_gate(progress, gate)
    sys.exit(0 if summary(progress) else 1)


if __name__ == "__main__":
    main()
