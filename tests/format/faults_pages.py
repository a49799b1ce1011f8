"""Faults in the file: of every kind of byte in a page, and of whole pages."""

from engine import PAGE, clear_bytes, digest_of_rows, open_image
from make_base import pages_of
from writer import Sealer

ALONE = "store.db alone"
FILE = "store.db"


def page_at(number):
    return (number - 1) * PAGE


def flips(make):
    """One bit of each part of a page."""
    make("sound", FILE, "nothing", "ok 7")
    make("sound-alone", ALONE, "nothing", "ok 4")
    last = make.pages
    for number in range(2, last + 1):
        at = page_at(number) + 7 + 400 * number
        make(f"flip-page-{number}", ALONE, f"flip {at} {number % 8}", f"page {number} damaged")
    parts = {"first": (0, 7), "last-text": (4047, 0), "nonce": (4048, 3), "nonce-end": (4071, 7),
             "tag": (4072, 0), "tag-end": (4087, 7), "epoch-high": (4088, 0),
             "epoch-low": (4089, 1), "spare": (4090, 0), "spare-end": (4095, 7)}
    for part, (at, bit) in parts.items():
        make(f"flip-{part}", ALONE, f"flip {page_at(3) + at} {bit}", "page 3 damaged")
    for part, at in {"text": 100, "nonce": 4050, "tag": 4080, "epoch": 4089, "spare": 4092}.items():
        make(f"flip-page-1-{part}", ALONE, f"flip {at} 5", "page 1 damaged")
    for at in range(16):
        verdict = "not sealed" if at < 4 else "other format" if at < 8 else "other file"
        make(f"flip-clear-{at}", ALONE, f"flip {at} {at % 8}", verdict)


def whole_pages(make):
    end = make.pages * PAGE
    for number in (2, 4):
        make(f"zero-page-{number}", ALONE, f"zero {page_at(number)} 4096", f"page {number} damaged")
    make("zero-page-1", ALONE, "zero 0 4096", "not sealed")
    make("zero-page-1-text", ALONE, "zero 16 4080", "page 1 damaged")
    make("zero-all", ALONE, f"zero 0 {end}", "not sealed")
    make("zero-tail-of-page", ALONE, f"zero {page_at(4) + 2048} 2048", "page 4 damaged")
    make("swap-pages", ALONE, f"swap {page_at(3)} {page_at(5)} 4096", "page 3 5 damaged")
    make("swap-page-1", ALONE, f"swap 0 {page_at(2)} 4096", "not sealed")
    make("swap-page-1-text", ALONE, f"swap 16 {page_at(2) + 16} 4080", "page 1 damaged")
    make("swap-seals", ALONE, f"swap {page_at(3) + 4048} {page_at(4) + 4048} 48",
         "page 3 4 damaged")
    make("page-twice", ALONE, f"copy {page_at(4)} store.db {page_at(3)} 4096", "page 4 damaged")
    make("page-of-other", ALONE, f"copy {page_at(2)} other.db {page_at(2)} 4096", "page 2 damaged")
    make("page-1-of-other", ALONE, "copy 0 other.db 0 4096", "other file")
    make("text-of-other", ALONE, "copy 16 other.db 16 4080", "page 1 damaged")
    make("file-of-other", ALONE, "become other.db", "other file")
    make("frame-as-page", ALONE, f"copy {page_at(2)} store.db-wal 32 4096", "page 2 damaged")
    make("cut-a-byte", ALONE, f"cut {end - 1}", f"page {make.pages} damaged")
    make("cut-half-a-page", ALONE, f"cut {end - 2048}", f"page {make.pages} damaged")
    make("cut-a-page", ALONE, f"cut {end - PAGE}", "file damaged")
    make("cut-to-page-1", ALONE, "cut 4096", "file damaged")
    make("cut-in-page-1", ALONE, "cut 4095", "page 1 damaged")
    make("cut-to-clear", ALONE, "cut 16", "page 1 damaged")
    make("cut-in-clear", ALONE, "cut 15", "not sealed")
    make("cut-to-nothing", ALONE, "cut 0", "not sealed")
    make("extend-a-byte", ALONE, "extend 1", "1 bytes behind")
    make("extend-a-page", ALONE, "extend 4096", "4096 bytes behind")
    make("extend-with-a-page", ALONE, f"extend 4096; copy {end} store.db {page_at(3)} 4096",
         "4096 bytes behind")
    make("extend-beside-log", FILE, "extend 4096", "ok 7")  # a page that the log supplies
    make("extend-beyond-log", FILE, "extend 4097", "1 bytes behind")
    make("no-file", FILE, "remove", "file missing")


def beside_log(make):
    """The log supplies pages, and vouches for a file whose first page is torn."""
    wanted = set(range(1, make.pages + 1))
    supplied = {frame.number for frame in make.base.log.frames}
    for number in sorted(supplied & wanted):
        at = page_at(number) + 1000
        make(f"log-supplies-{number}", FILE, f"flip {at} 0", "ok 7")
    missing = sorted(wanted - supplied)
    for number in missing:
        at = page_at(number) + 1000
        make(f"log-lacks-{number}", FILE, f"flip {at} 0", f"page {number} damaged")
    make("log-page-1-zero", FILE, "zero 0 4096", "ok 7")
    make("log-magic", FILE, "flip 0 0", "ok 7")
    make("log-form", FILE, "flip 4 0", "ok 7")
    make("log-file-id", FILE, "flip 8 0", "other file")
    make("log-other-file", FILE, "become other.db", "other file")
    make("log-file-empty", FILE, "cut 0", "not sealed")
    make("log-file-in-clear", FILE, "cut 15", "not sealed")
    make("log-file-cut", FILE, "cut 16", f"page {' '.join(map(str, missing))} damaged")
    make("log-file-short", FILE, f"cut {page_at(7)}", "page 7 8 9 damaged")
    copies = [f"copy {page_at(f.number)} store.db-wal {32 + i * 4160 + 64} 4096"
              for i, f in enumerate(make.base.log.frames)]
    make("checkpoint-begun", FILE, "; ".join(copies[1:5]), "ok 7")
    make("checkpoint-done", FILE, "; ".join(copies), "ok 7")
    make("page-1-of-commit-6", FILE, copies[2], "ok 7")


def of_another_time(make):
    """What this format does not detect: a page as it was at another time."""
    frame = make.base.log.frames[1]
    pages = list(make.base.pages)
    pages[frame.number - 1] = frame.page
    image = bytearray().join(pages)
    image[18:20] = b"\1\1"
    rows = digest_of_rows(open_image(bytes(image)))
    at = 32 + 4160 + 64
    make("page-of-another-time", ALONE, f"copy {page_at(frame.number)} store.db-wal {at} 4096",
         f"ok commit 4 rows {rows}")


def keyed(make):
    """Pages that only someone with the keys could have sealed."""
    keys, plain = make.base.keys, make.base.pages
    file = make.base.files["store.db"]

    def put(name, number, sealed, verdict):
        at = page_at(number)
        make.patch(name, ALONE, file[:at] + sealed + file[at + PAGE :], verdict)

    def seal(number, page, **changes):
        return Sealer(keys, "again").page(number, page, **changes)

    put("sealed-again", 3, seal(3, plain[2]), "ok 4")
    put("sealed-as-4", 3, seal(4, plain[2]), "page 3 damaged")
    put("sealed-as-0", 3, seal(0, plain[2]), "page 3 damaged")
    put("sealed-epoch-2", 3, seal(3, plain[2], epoch=2), "page 3 damaged")
    put("sealed-epoch-0", 3, seal(3, plain[2], epoch=0), "page 3 damaged")
    put("sealed-spare", 3, seal(3, plain[2], spare=b"\0\0\0\0\0\1"), "page 3 damaged")
    put("sealed-like-page-1", 3, seal(1, plain[2]), "page 3 damaged")
    clear = clear_bytes(keys)
    forms = {"format-2": (4, 2, "other format"), "cipher-2": (5, 2, "other format"),
             "size-13": (6, 13, "other format"), "reserved-40": (7, 40, "other format"),
             "file-id": (15, 99, "other file"), "magic": (1, 80 ^ 1, "not sealed")}
    for name, (at, value, verdict) in forms.items():
        odd = clear[:at] + bytes([value]) + clear[at + 1 :]
        put(f"sealed-{name}", 1, seal(1, plain[0], clear=odd), verdict)
        if name == "format-2":
            file_2 = seal(1, plain[0], clear=odd) + file[PAGE:]
            make.patch("log-form-sealed", FILE, file_2, "ok 7")
    count = plain[0][:28] + (make.pages + 1).to_bytes(4, "big") + plain[0][32:]
    put("sealed-count", 1, seal(1, count), "file damaged")
    make.patch("plain-sqlite", ALONE, plain[0] + bytes(PAGE), "not sealed")
    for name, label in {"label": b"pharmacy.wal", "key": b""}.items():
        wrong = Sealer(keys, name)
        key = keys.derived(label) if label else bytes(32)
        wrong.keys = type("Wrong", (), {"file_id": keys.file_id, "epoch": 1,
                                        "derived": staticmethod(lambda _, key=key: key)})
        put(f"sealed-other-{name}", 3, wrong.page(3, plain[2]), "page 3 damaged")


def add_page_faults(make):
    assert len(pages_of(make.base.files["store.db"])) == make.pages
    flips(make)
    whole_pages(make)
    beside_log(make)
    of_another_time(make)
    keyed(make)
