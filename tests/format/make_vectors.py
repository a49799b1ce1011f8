#!/usr/bin/python3
"""Makes base/, patches/ and vectors.txt anew: all bytes follow from seeds written here.

What a vector's verdict must be is stated beside its fault, not asked of a reader.
"""

import pathlib

from engine import PAGE
from faults_keyring import add_keyring_faults
from faults_log import add_log_faults
from faults_pages import add_page_faults
from make_base import make_base
from vectors import Vector, make_patch

HEAD = """\
# Faults in sealed stores, and what a reader says of each: NAME  FILE  CHANGE  VERDICT.
# vectors.py tells what the columns mean. Made by make_vectors.py.

"""


class Maker:
    def __init__(self, directory):
        self.directory = directory
        self.base = make_base()
        self.pages = len(self.base.files["store.db"]) // PAGE
        self.lines = []

    def __call__(self, name, file, change, verdict):
        """Adds a vector; "ok 5" stands for commit 5 and the rows of that time."""
        match verdict.split():
            case ["ok", commit]:
                verdict = f"ok commit {commit} rows {self.base.digests[int(commit)]}"
        self.lines.append(Vector(name, file, change, verdict))

    def patch(self, name, file, content, verdict):
        """Adds a vector whose file becomes `content`."""
        patch = make_patch(self.base.files[file.split()[0]], content)
        (self.directory / "patches" / name).write_bytes(patch)
        self(name, file, f"patch {name}", verdict)

    def write(self):
        names = [line.name for line in self.lines]
        assert len(set(names)) == len(names)
        for name, content in self.base.files.items():
            (self.directory / "base" / name).write_bytes(content)
        text = HEAD + "".join(f"{line}\n" for line in self.lines)
        (self.directory / "vectors.txt").write_text(text)


def main(directory):
    for name in ("base", "patches"):
        (directory / name).mkdir(exist_ok=True)
        for old in (directory / name).iterdir():
            old.unlink()
    make = Maker(directory)
    add_page_faults(make)
    add_log_faults(make)
    add_keyring_faults(make)
    make.write()


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
