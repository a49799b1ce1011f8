#!/usr/bin/python3
"""Makes base/, patches/ and vectors.txt anew: all bytes follow from seeds written here.

What a vector's verdict must be is stated beside its fault, not asked of a reader.
"""

import pathlib

from engine import PAGE
from faults_backup import add_backup_faults
from faults_grants import add_grant_faults
from faults_health import add_health_faults
from faults_keyring import add_keyring_faults
from faults_log import add_log_faults
from faults_log_rows import add_access_log_faults
from faults_pages import add_page_faults
from keyring import HEALTH
from make_access_log import add_access_log
from make_base import KEY_FILES, make_base
from vectors import Vector, make_patch, with_backup

HEAD = """\
# Faults in sealed stores, backups, rows and access logs, and what a reader says of each:
# NAME  FILE  CHANGE  VERDICT. vectors.py tells what the columns mean. Made by make_vectors.py.

"""


class Maker:
    def __init__(self, directory):
        self.directory = directory
        self.base = make_base()
        add_access_log(self.base)
        self.pages = len(self.base.files["store.db"]) // PAGE
        self.lines = []

    def __call__(self, name, file, change, verdict):
        """Adds a vector."""
        self.lines.append(Vector(name, file, change, self.expanded(verdict, file)))

    def expanded(self, verdict, file):
        """"ok 5" stands for commit 5 and the rows of that time. The health notes that the key opens
        are those of the sound store unless they are named."""
        match verdict.split():
            case ["ok", "commit", *_]:
                verdict += f" health {self.health_of(file)}"
            case ["ok", commit, *words]:
                if words[:1] != ["health"]:
                    words = ["health", self.health_of(file), *words]
                rows = self.base.digests[int(commit)]
                verdict = " ".join([f"ok commit {commit} rows {rows}", *words])
        return verdict

    def health_of(self, file):
        key_name = file.split()[-1]
        number = next((n for n, name in KEY_FILES.items() if name == key_name), 1)
        grants = self.base.writer.ring.find(number).grants
        return " ".join(str(g.epoch) for g in grants if g.kind == HEALTH) or "none"

    def patch(self, name, file, content, verdict):
        """Adds a vector whose file becomes `content`."""
        patch = make_patch(with_backup(self.base.files)[file.split()[0]], content)
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
    add_grant_faults(make)
    add_backup_faults(make)
    add_health_faults(make)
    add_access_log_faults(make)
    make.write()


if __name__ == "__main__":
    main(pathlib.Path(__file__).resolve().parent)
