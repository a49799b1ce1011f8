#!/usr/bin/env python3
"""A mutation score of the code on which trust rests: how many small mistakes its tests notice.

A mutant is one change of a line, made in a copy of the sources; the tests of its room are built
and run. It is killed if one of them fails, or does not end. What was judged with the same seed and
sources is not judged again. Those that change nothing which can be seen stand in equivalent.txt,
with the reason, and are not taken.
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# A room: its sources, the tests that own it, and a mistake that they cannot miss: the file, what
# stands there and what is put in its place.
ROOMS = {
    "seal": (["lib/db/page_seal.cpp", "lib/db/header_seal.cpp", "lib/db/main_file*.cpp",
              "lib/db/log_file*.cpp", "lib/db/gate.cpp", "lib/db/nonce_source.cpp"],
             ["db", "format"],
             ("lib/db/page_seal.cpp", "if (!opens(number,", "if (opens(number,")),
    "keyring": (["lib/vault/keyring/*.cpp", "lib/vault/keyring/bytes.h"],
                ["vault", "format"],
                ("lib/vault/keyring/slot.cpp", "signer == nullptr ||", "signer != nullptr ||")),
    "permissions": (["lib/vault/permissions.cpp"], ["roles", "complaints", "vault"],
                    ("lib/vault/permissions.cpp", "if (may(actor", "if (!may(actor")),
    "log": (["lib/vault/log/*.cpp"], ["vault", "format"],
            ("lib/vault/log/verify.cpp", "if (!is_same &&", "if (is_same &&")),
    "points": (["lib/points/*.cpp"], ["points"],
               ("lib/points/purse.cpp", "points -= taken;", ";")),
}

# The programs that tests run beside themselves.
BESIDE = {"roles": ["store", "member", "visit", "complain", "report"]}

# The slowest cases, which are left out.
SLOW = {
    # Migration is in no room.
    "db": ["six programs that migrate at once*", "a store of every older schema*"],
    # Nor are sealed files, sessions, tries, creation and the container of backups; the format's
    # tests read keyring and log in these.
    "vault": ["a bit that is flipped in a backup*", "a backup that is cut*", "*sealed file*",
              "what a sender signed*", "a file of any size*", "a session ends*",
              "a creation killed*", "each of a crowd's wrong passphrases*",
              # One wrong passphrase is as good as these.
              "ten thousand random passphrases*"],
    # Another case tries the table of roles.
    "roles": ["while nothing can be logged*", "in hostile surroundings*"],
}
HANGS, DIES = "it does not end", "it dies"

# What no mutant is made of: comments, literals, lines of the preprocessor.
OPAQUE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*\""""
    r"""|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*\#(?:\\\n|[^\n])*""", re.S | re.M)
# Promises, up to the bracket that opens.
PROMISE = re.compile(r"\b(?:static_assert|PHARMACY_CHECK)\s*(?=\()")

RELATION = re.compile(r"(?<=\s)(==|!=|<=|>=|<|>)(?=\s)")
RELATIONS = {"==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"],
             ">": [">=", "<="], ">=": [">", "<"]}
JUNCTION = re.compile(r"(?<=\s)(&&|\|\|)(?=\s)")
IF = re.compile(r"\bif\s*(?=\()")
STATEMENT = re.compile(r"(?:(?<=[;{})])|(?<=\belse)|(?<=\bdo))\s*(?=[a-z_A-Z])")
NAMES = re.compile(r"(?:\w+(?:::|\.|->))*\w+(?=\()")
NO_CALLS = {"if", "for", "while", "switch", "return", "throw", "catch", "sizeof"}
NUMBER = re.compile(r"(?<![\w.'])(0x[0-9a-fA-F']+|\d[\d']*)([uUlL]*)(?![\w.'])")
RETURN = re.compile(r"(?<=\breturn )(true|false)(?=;)")
LAST_NAME = re.compile(r"(?<=\w), [a-z_]\w*(?=\}[,;}])")


def blanked(text):
    """The text with spaces in place of all that is no code to be changed: of the same length."""
    blank = lambda part: re.sub(r"[^\n]", " ", part)
    text = OPAQUE.sub(lambda found: blank(found.group()), text)
    for promise in PROMISE.finditer(text):
        start, end = promise.start(), closing(text, promise.end())
        text = text[:start] + blank(text[start:end]) + text[end:]
    return text


def closing(code, opening):
    """The place after the bracket that closes the one at `opening`."""
    depth = 0
    for place in range(opening, len(code)):
        depth += (code[place] in "([{") - (code[place] in ")]}")
        if depth == 0:
            return place + 1
    return len(code)


def negations(code):
    """The condition of each `if` that is an expression, from its first to its last letter."""
    for found in IF.finditer(code):
        start, end = found.end() + 1, closing(code, found.end()) - 1
        start = max(start, code.rfind(";", start, end) + 1)
        start += len(code[start:end]) - len(code[start:end].lstrip())
        condition = code[start:end]
        # A relation alone is turned round above; a declaration cannot be.
        is_relation = RELATION.search(condition) and not JUNCTION.search(condition)
        if not is_relation and not re.match(r"[^()]* = ", condition):
            yield start, end


def dropped(code):
    """Each statement that is a throw or a call and nothing else, without its semicolon."""
    for found in STATEMENT.finditer(code):
        start = found.end()
        if re.match(r"throw\b", code[start:]):
            end = start
            while code[end] != ";":
                end = closing(code, end) if code[end] in "([{" else end + 1
            yield start, end
            continue
        end, names = start, NAMES.match(code, start)
        if not names or names.group() in NO_CALLS:
            continue
        while names:
            end = closing(code, names.end())
            names = re.compile(r"(?:\.|->)\w+(?=\()").match(code, end)
        if code[end:end + 1] == ";":
            yield start, end


def number_beside(text, step):
    digits = text.replace("'", "")
    base = 16 if digits[:2] == "0x" else 8 if digits[0] == "0" and len(digits) > 1 else 10
    value = int(digits, base) + step
    if value < 0:
        return None
    return {16: f"{value:#0{len(digits)}x}", 8: f"0{value:o}", 10: str(value)}[base]


def changes(text):
    """Every change that makes a mutant of the text: (start, end, what is put there)."""
    code = blanked(text)
    for found in RELATION.finditer(code):
        yield from ((*found.span(), other) for other in RELATIONS[found.group()])
    for found in JUNCTION.finditer(code):
        yield *found.span(), "||" if found.group() == "&&" else "&&"
    for start, end in negations(code):
        yield start, end, f"!({text[start:end]})"
    for start, end in dropped(code):
        yield start, end, ""
    for found in NUMBER.finditer(code):
        for step in (1, -1):
            if other := number_beside(found[1], step):
                yield *found.span(1), other
    for found in RETURN.finditer(code):
        yield *found.span(), "false" if found.group() == "true" else "true"
    for found in LAST_NAME.finditer(code):
        yield *found.span(), ""


class Mutant:
    def __init__(self, file, text, change):
        self.file, (self.start, self.end, self.after) = file, change
        first = text.rfind("\n", 0, self.start) + 1
        line, column = text.count("\n", 0, self.start) + 1, self.start - first + 1
        self.source = text[first:text.find("\n", self.start)].strip()

        before, after = (" ".join(part.split()) or "nothing"
                         for part in (text[self.start:self.end], self.after))
        self.name = f"{file}:{line}:{column}: {before} -> {after}"
        # As equivalent.txt has it, which does not change with the lines above.
        self.what = f"{file} | {self.source} | {before} -> {after}"


def mutants_of(file, text):
    return sorted((Mutant(file, text, change) for change in changes(text)),
                  key=lambda mutant: (mutant.start, mutant.end, mutant.after))


def equivalents():
    lines = (HERE / "equivalent.txt").read_text().splitlines()
    return [line.rsplit(" | ", 1)[0] for line in lines if not line.startswith("#")]


def of_room(room):
    files = sorted(file for pattern in ROOMS[room][0] for file in ROOT.glob(pattern))
    return [mutant for file in files
            for mutant in mutants_of(str(file.relative_to(ROOT)), file.read_text())]


def sources():
    """What the tests are built of."""
    for top in ["CMakeLists.txt", "apps", "cmake", "lib", "man", "schema", "tests"]:
        for file in sorted([ROOT / top, *(ROOT / top).rglob("*")]):
            path = file.relative_to(ROOT)
            if file.is_file() and "__pycache__" not in path.parts and HERE not in file.parents:
                yield path


class Copy:
    """The sources, and a build of them, where mutants are made."""

    def __init__(self, place):
        self.tree, self.build, self.temporary = place / "tree", place / "build", place / "tmp"
        self.output = place / "output.txt"
        self.digest = self.take()
        self.limits = {}
        if not (self.build / "build.ninja").exists():
            with self.output.open("w") as out:
                subprocess.run(["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja",
                                "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
                                "-DPHARMACY_PRECOMPILE=ON", "-DCMAKE_UNITY_BUILD=ON",
                                "-DCMAKE_UNITY_BUILD_BATCH_SIZE=4"],
                               stdout=out, stderr=out, check=True)

    def take(self):
        """Makes the tree like the checkout, touching only what differs; their digest."""
        digest, wanted = hashlib.sha256(), set()
        for path in sources():
            content, copy = (ROOT / path).read_bytes(), self.tree / path
            wanted.add(copy)
            digest.update(f"{path} {len(content)} ".encode() + content)
            if not copy.exists() or copy.read_bytes() != content:
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, copy)
        for copy in self.tree.rglob("*"):
            if copy.is_file() and copy not in wanted:
                copy.unlink()
        return digest.hexdigest()

    def builds(self, programs):
        """Whether it compiles; nothing else may go wrong."""
        targets = [target for one in programs for target in [f"test_{one}"] + BESIDE.get(one, [])]
        run = subprocess.run(["cmake", "--build", self.build, "--parallel", str(os.cpu_count()),
                              "--target"] + targets,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0 and not re.search(r"\.(cpp|h):\d+:\d+: error:", run.stdout):
            sys.exit("mutants: the build broke:\n" + run.stdout)
        return run.returncode == 0

    def fault_of(self, program, limit):
        """The case that fails whenever it is run, or what else ends badly; None if nothing does."""
        left_out = list(SLOW.get(program, []))
        for _ in range(3):
            case = self.failing(program, limit, "-exclude", left_out)
            if case in (None, HANGS, DIES) or self.failing(program, limit, "", [case]):
                break
            left_out.append(case)  # it may have failed by chance
        return case and f"{program}: {case}"

    def failing(self, program, limit, option, cases):
        """Of these cases, or of all but these, the first that fails."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir()
        command = [self.build / "bin" / f"test_{program}", "--abort-after=1"]
        # A comma begins the next filter.
        command.append(f"--test-case{option}=" + ",".join(case.replace(",", "?") for case in cases))
        with self.output.open("w") as out:
            run = subprocess.Popen(command, env=dict(os.environ, TMPDIR=str(self.temporary)),
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   start_new_session=True)
            try:
                status = run.wait(limit)
            except subprocess.TimeoutExpired:
                return HANGS
            finally:  # nothing of it goes on
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(run.pid, signal.SIGKILL)
                run.wait()
        cases = re.findall(r"^TEST CASE: +(.*)", self.output.read_text(errors="replace"), re.M)
        return None if status == 0 else cases[0] if cases else DIES

    def judge(self, room, file, text):
        """How the tests of a room take another text of a file."""
        original, changed = (self.tree / file).read_text(), self.tree / file
        changed.write_text(text)
        try:
            programs = ROOMS[room][1]
            if not self.builds(programs):
                return "does not compile"
            for program in programs:
                if fault := self.fault_of(program, self.limits[program]):
                    return f"killed by {fault}"
            return "survived"
        finally:
            changed.write_text(original)

    def control(self, room):
        """The tests are green before, and a mistake that cannot be missed is not."""
        programs, (file, before, after) = ROOMS[room][1:]
        if not self.builds(programs):
            sys.exit(f"mutants: {room} does not compile as it is")
        for program in programs:
            start = time.monotonic()
            if program not in self.limits and (fault := self.fault_of(program, 1800)):
                sys.exit(f"mutants: a test fails as it is: {fault}, see {self.output}")
            self.limits.setdefault(program, 30 + 4 * (time.monotonic() - start))
        text = (self.tree / file).read_text()
        if before not in text:
            sys.exit(f"mutants: {file} has no \"{before}\" any more")
        verdict = self.judge(room, file, text.replace(before, after, 1))
        if not verdict.startswith("killed"):
            sys.exit(f"mutants: the tests of {room} do not notice a fatal mistake: {verdict}")


class Judged:
    """What was judged of these sources, by the name of the mutant."""

    def __init__(self, file, digest):
        self.file, self.digest, self.verdicts = file, digest, {}
        for line in file.read_text().splitlines() if file.exists() else []:
            entry = json.loads(line)
            if entry["digest"] == digest:
                self.verdicts[entry["mutant"]] = entry["verdict"]

    def add(self, mutant, verdict):
        self.verdicts[mutant] = verdict
        with self.file.open("a") as out:
            entry = {"digest": self.digest, "mutant": mutant, "verdict": verdict}
            out.write(json.dumps(entry) + "\n")


def judge_room(copy, judged, room, shuffled, count):
    """The first `count` of these mutants that compile, each with its verdict."""
    found, is_controlled = [], False
    for mutant in shuffled:
        if len(found) == count:
            break
        name = mutant.name
        if name not in judged.verdicts:
            if not is_controlled:
                copy.control(room)
                is_controlled = True
            text = (copy.tree / mutant.file).read_text()
            text = text[:mutant.start] + mutant.after + text[mutant.end:]
            judged.add(name, copy.judge(room, mutant.file, text))
            print(f"mutants: {name}: {judged.verdicts[name]}", file=sys.stderr, flush=True)
        if judged.verdicts[name] != "does not compile":
            found.append((mutant, judged.verdicts[name]))
    return found


def run(directory, only):
    place = directory / "mutants"
    place.mkdir(parents=True, exist_ok=True)
    kept = directory / "seed"  # the soak's
    if not kept.exists():
        kept.write_text(str(random.SystemRandom().randrange(2**32)))
    seed = os.environ.setdefault("PHARMACY_SEED", kept.read_text())  # the tests' too
    total = int(os.environ.get("PHARMACY_MUTANTS", "40"))
    print(f"mutants: seed {seed}, {total} of {sum(len(of_room(room)) for room in ROOMS)}",
          file=sys.stderr, flush=True)
    copy = Copy(place)
    judged = Judged(place / "judged.jsonl", copy.digest)
    found, known = [], set(equivalents())
    for index, room in enumerate(ROOMS):
        shuffled = [mutant for mutant in of_room(room)
                    if re.search(only, mutant.name) and mutant.what not in known]
        random.Random(f"{seed} {room}").shuffle(shuffled)
        share = total * (index + 1) // len(ROOMS) - total * index // len(ROOMS)
        found += judge_room(copy, judged, room, shuffled, share)
    survivors = [mutant for mutant, verdict in found if verdict == "survived"]
    (directory / "mutants.txt").write_text("".join(
        f"{mutant.name}\n    {mutant.source}\n" for mutant in survivors))
    killed = len(found) - len(survivors)
    print(f"mutants: {killed} of {len(found)} killed ({100 * killed // max(len(found), 1)} %), "
          f"survivors in mutants.txt")
    sys.exit(0 if found else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("directory", nargs="?", help="where the copy, its build and the list are")
    parser.add_argument("--only", default="", help="mutants whose name this expression fits")
    parser.add_argument("--of", metavar="FILE", help="only say which mutants a text gives")
    parser.add_argument("--check-list", action="store_true",
                        help="only say which lines of equivalent.txt fit no mutant")
    options = parser.parse_args()
    if options.of:
        text = pathlib.Path(options.of).read_text()
        for mutant in mutants_of("", text):
            print(mutant.name.removeprefix(":"))
    elif options.check_list:
        there = {mutant.what for room in ROOMS for mutant in of_room(room)}
        idle = [line for line in equivalents() if line not in there]
        print("\n".join(idle))
        sys.exit(1 if idle else 0)
    else:
        run(pathlib.Path(options.directory).resolve(), options.only)


if __name__ == "__main__":
    main()
