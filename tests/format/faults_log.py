"""Faults in the log: it ends before what does not fit, or does not belong to the file."""

import dataclasses

from engine import FRAME, LOG_HEADER
from writer import Frame, PlainLog, Sealer, seal_log

LOG = "store.db-wal"
COMMIT_FRAMES = {2: 5, 5: 6, 9: 7}  # the last frame of each commit


def frame_at(index):
    return LOG_HEADER + (index - 1) * FRAME


def before(index):
    """The last commit that is whole before this frame."""
    return max([4] + [commit for frame, commit in COMMIT_FRAMES.items() if frame < index])


def plain_faults(make):
    frames = len(make.base.log.frames)
    for at in (0, 3, 4, 8, 12, 16, 23, 24, 31):
        make(f"flip-log-header-{at}", LOG, f"flip {at} 0", "ok 4")
    for index in range(1, frames + 1):
        at = frame_at(index) + 64 + 41 * index
        make(f"flip-frame-{index}", LOG, f"flip {at} 2", f"ok {before(index)}")
        make(f"cut-in-frame-{index}", LOG, f"cut {frame_at(index + 1) - 1}", f"ok {before(index)}")
    parts = {"nonce": 0, "number": 24, "size": 28, "salts": 32, "checksum": 47, "tag": 48,
             "page": 64, "page-nonce": 64 + 4048, "page-tag": 64 + 4072, "epoch": 64 + 4089,
             "spare": 64 + 4095}
    for part, offset in parts.items():
        make(f"flip-frame-{part}", LOG, f"flip {frame_at(4) + offset} 0", "ok 5")
    for frame, commit in COMMIT_FRAMES.items():
        make(f"cut-after-commit-{commit}", LOG, f"cut {frame_at(frame + 1)}", f"ok {commit}")
    for size in (0, 31, 32, 33, 96):
        make(f"cut-log-to-{size}", LOG, f"cut {size}", "ok 4")
    make("no-log", LOG, "remove", "ok 4")
    for index in (1, 3, 9):
        make(f"zero-frame-{index}", LOG, f"zero {frame_at(index)} 4160", f"ok {before(index)}")
    make("zero-log", LOG, f"zero 0 {frame_at(frames + 1)}", "ok 4")
    make("zero-log-header", LOG, "zero 0 32", "ok 4")
    make("extend-log-a-byte", LOG, "extend 1", "ok 7")
    make("extend-log-a-frame", LOG, "extend 4160", "ok 7")


def moved(make):
    end = frame_at(len(make.base.log.frames) + 1)

    def frame(to, of, size=FRAME, part=0, log=LOG):
        return f"copy {frame_at(to) + part} {log} {frame_at(of) + part} {size}"

    make("frame-again", LOG, f"copy {end} {LOG} {frame_at(9)} 4160", "ok 7")
    make("swap-frames", LOG, f"swap {frame_at(3)} {frame_at(4)} 4160", "ok 5")
    make("swap-commits", LOG, f"swap {frame_at(1)} {frame_at(3)} 8320", "ok 4")
    make("swap-frame-headers", LOG, f"swap {frame_at(4)} {frame_at(5)} 64", "ok 5")
    make("swap-frame-pages", LOG, f"swap {frame_at(1) + 64} {frame_at(3) + 64} 4096", "ok 4")
    make("page-of-earlier-frame", LOG, frame(6, 3, 4096, 64), "ok 6")
    make("page-of-later-frame", LOG, frame(4, 9, 4096, 64), "ok 5")
    make("header-of-earlier-frame", LOG, frame(6, 3, 64), "ok 6")
    make("frame-left-out", LOG, f"copy {frame_at(4)} {LOG} {frame_at(5)} {FRAME * 5}", "ok 5")
    make("page-of-file", LOG, f"copy {frame_at(6) + 64} store.db 0 4096", "ok 6")
    make("frame-of-older", LOG, frame(3, 1, log="older.wal"), "ok 5")
    make("frame-of-newer", LOG, frame(3, 3, log="newer.wal"), "ok 5")
    make("frame-of-other", LOG, frame(1, 1, log="other.wal"), "ok 4")
    make("header-of-older", LOG, "copy 0 older.wal 0 32", "ok 4")
    make("tail-of-older", LOG, f"become older.wal; extend {FRAME * 5}; " + frame(5, 5, FRAME * 5),
         "ok 4")
    make("log-of-other", LOG, "become other.wal", "ok 4")
    make("older-log", LOG, "become older.wal", "ok 4")
    make("older-log-cut", LOG, f"become older.wal; cut {frame_at(3)}", "foreign log")
    make("older-log-torn", LOG, f"become older.wal; flip {frame_at(4) + 100} 0", "foreign log")
    make("newer-log", LOG, "become newer.wal", "foreign log")
    make("newer-log-cut", LOG, f"become newer.wal; cut {frame_at(3)}", "foreign log")
    make("newer-log-torn", LOG, f"become newer.wal; cut {frame_at(2)}", "ok 4")
    make("file-as-log", LOG, "become store.db", "ok 4")


def headers(make):
    """The log's own header, its checksum in order."""
    log = make.base.log

    def put(name, verdict, **changes):
        changed = dataclasses.replace(log, **changes)
        sealed = make.base.files[LOG]
        make.patch(name, LOG, changed.header() + sealed[LOG_HEADER:], verdict)

    put("log-page-size-8192", "foreign log", page_size=8192)
    put("log-page-size-1024", "foreign log", page_size=1024)
    put("log-page-size-1000", "foreign log", page_size=1000)
    put("log-page-size-0", "foreign log", page_size=0)
    put("log-version", "foreign log", version=3007001)
    put("log-magic-other", "ok 4", magic=0x377F0684)
    put("log-salts", "ok 4", salts=bytes(8))
    bare = dataclasses.replace(log, page_size=8192).header()
    make.patch("log-page-size-bare", LOG, bare, "ok 4")


def keyed(make):
    """Frames that only someone with the keys could have sealed."""
    base = make.base

    def put(name, verdict, change=None, log=base.log):
        make.patch(name, LOG, seal_log(Sealer(base.keys, "main"), log, change), verdict)

    def at(place, **changes):
        def change(here, parts):
            if here == place:
                parts.update(changes)
        return change

    seal = Sealer(base.keys, "main").page
    frames = base.log.frames
    page_4 = frames[3]
    cut = PlainLog(base.log.salts, frames[:5])
    put("frame-old-salts", "ok 5", at(4, seal_salts=bytes(8)), cut)
    put("frame-salts-inside", "ok 5", at(4, salts=bytes(8)), cut)
    put("frame-number-off", "ok 5", at(4, index=5), cut)
    put("frame-checksum", "ok 5", at(4, sums=bytes(8)), cut)
    put("frame-page-0", "ok 5", at(4, start=bytes(8)), cut)
    put("frame-page-as-6", "ok 5", at(4, page=seal(6, page_4.page)), cut)
    put("frame-epoch-2", "ok 5", at(4, page=seal(page_4.number, page_4.page, epoch=2)), cut)
    spare = seal(page_4.number, page_4.page, spare=b"\1" + bytes(5))
    put("frame-spare", "ok 5", at(4, page=spare), cut)
    clear = b"\x89PHS\2\1\x0c\x30" + base.keys.file_id[:8]
    put("frame-clear", "ok 5", at(3, page=seal(1, frames[2].page, clear=clear)), cut)
    put("log-big-endian", "ok 6", log=dataclasses.replace(cut, magic=0x377F0683))
    commits = PlainLog(base.log.salts, frames[:2])
    put("log-without-page-1", "foreign log",
        log=PlainLog(base.log.salts, [dataclasses.replace(frames[1])]))
    put("log-first-lacks-page-1", "foreign log",
        log=PlainLog(base.log.salts, [dataclasses.replace(frames[1]), *frames[:2]]))
    lacking = dataclasses.replace(frames[4], number=5, page=frames[3].page, size=make.pages)
    put("log-last-lacks-page-1", "foreign log", log=PlainLog(cut.salts, [*frames[:2], lacking]))
    put("log-one-lacks-page-1", "ok 6",
        log=PlainLog(cut.salts, [*frames[:2], lacking, *frames[2:5]]))
    numbers = {"same": (4, f"ok commit 4 rows {base.digests[5]}"), "next": (5, "ok 5"),
               "gap": (6, "foreign log"), "back": (3, "foreign log"),
               "half": (0x80000003, "foreign log"), "wrap": (0xFFFFFFFF, "foreign log")}
    for name, (value, verdict) in numbers.items():
        page = frames[0].page[:68] + value.to_bytes(4, "big") + frames[0].page[72:]
        changed = PlainLog(commits.salts, [Frame(1, 0, page), frames[1]])
        put(f"log-commit-{name}", verdict, log=changed)
    few = dataclasses.replace(frames[1], size=make.pages - 1)
    put("log-size-too-small", "file damaged", log=PlainLog(commits.salts, [frames[0], few]))


def add_log_faults(make):
    plain_faults(make)
    moved(make)
    headers(make)
    keyed(make)
