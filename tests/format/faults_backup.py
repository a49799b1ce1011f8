"""Faults in a backup: in each of its parts, in what belongs together, and in backups whose MAC fits,
as whoever has the data key can make them."""

import copy
import dataclasses

from backup import (CHANGED, HEADER, MAC, MIXED, NO_BACKUP, NOT_WHOLE, OTHER_FORMAT,
                    mac_of)
from engine import FRAME, LOG_HEADER, PAGE, clear_bytes
from keyring import DAMAGED, MOST_BYTES
from vectors import BACKUP, with_backup
from writer import Sealer

BY_CLERK = "store.backup zhaomin.key"
BY_DISABLED = "store.backup chenjie.key"
OTHER_STORE = "key refused: other store"
FILE, LOG = "store.db", "store.db-wal"


class Places:
    """Where the parts of the sound backup begin."""

    def __init__(self, make):
        self.header = make.base.backup_header
        self.pages = self.header.start_of_pages()
        self.mac = self.header.size() - MAC
        self.end = self.header.size()

    def page(self, number):
        return self.pages + (number - 1) * PAGE


def whole(make, commit, file=BACKUP, **fields):
    """What is said of a backup that is whole, with what its header says otherwise."""
    header = dataclasses.replace(make.base.backup_header, **fields)
    words = commit if isinstance(commit, str) else make.expanded(f"ok {commit}", file)
    return f"{header.words()} {words}"


def sound_ones(make, at):
    make("backup", BACKUP, "nothing", whole(make, 4))
    make("backup-for-clerk", BY_CLERK, "nothing", whole(make, 4, BY_CLERK))
    make("backup-mac-again", BACKUP, "backup-mac", whole(make, 4))
    make("backup-for-disabled", BY_DISABLED, "nothing", "key refused: disabled")
    make("backup-for-other", "store.backup other.key", "nothing", OTHER_STORE)
    make("backup-for-no-key", "store.backup data.key", "nothing", "key refused: not a key file")


def flips(make, at):
    """A bit of each field of the header, and of each part of what follows."""
    ends = {"magic": (7, NO_BACKUP), "format": (8, OTHER_FORMAT), "cipher": (9, NO_BACKUP),
            "epoch": (11, MIXED), "made": (19, CHANGED), "store-id": (35, MIXED),
            "file-id": (51, MIXED), "log-seq": (59, CHANGED), "log-mac": (91, CHANGED),
            "page-count": (95, NOT_WHOLE), "keyring-bytes": (99, NOT_WHOLE)}
    for field, (place, verdict) in ends.items():
        make(f"flip-backup-{field}", BACKUP, f"flip {place} 0", verdict)
    keyring = {"magic": (0, DAMAGED), "format": (8, "keyring of another format"),
               "cipher": (9, DAMAGED), "store-id": (35, DAMAGED), "file-id": (51, DAMAGED),
               "slot": (400, DAMAGED), "last-slot": (at.pages - HEADER.size - 40, DAMAGED),
               "mac": (at.pages - HEADER.size - 1, DAMAGED)}
    for field, (place, verdict) in keyring.items():
        make(f"flip-backup-keyring-{field}", BACKUP, f"flip {HEADER.size + place} 3", verdict)
    for number in range(1, make.pages + 1):
        place = at.page(number) + 300 * number
        make(f"flip-backup-page-{number}", BACKUP, f"flip {place} {number % 8}",
             f"page {number} damaged")
    for part, place in {"first": 0, "nonce": 4048, "tag": 4087, "epoch": 4089,
                        "spare": 4095}.items():
        for number in (1, 6):
            make(f"flip-backup-page-{number}-{part}", BACKUP, f"flip {at.page(number) + place} 0",
                 f"page {number} damaged")
    make("flip-backup-mac", BACKUP, f"flip {at.mac} 7", CHANGED)
    make("flip-backup-mac-end", BACKUP, f"flip {at.end - 1} 0", CHANGED)


def lengths(make, at):
    for size in (0, 7, 8, HEADER.size - 1):
        make(f"cut-backup-to-{size}", BACKUP, f"cut {size}", NO_BACKUP)
    cuts = {"header": HEADER.size, "in-keyring": HEADER.size + 1000, "keyring": at.pages,
            "in-page-1": at.page(1) + 1, "page-1": at.page(2), "half": at.end // 2,
            "last-page": at.page(make.pages), "mac": at.mac, "in-mac": at.mac + 31,
            "a-byte": at.end - 1}
    for name, size in cuts.items():
        make(f"cut-backup-{name}", BACKUP, f"cut {size}", NOT_WHOLE)
    make("cut-backup-of-format-0", BACKUP, "flip 8 0; cut 9", OTHER_FORMAT)
    make("cut-backup-of-format-2", BACKUP, "put 8 02; cut 40", OTHER_FORMAT)
    for size in (1, MAC, PAGE, at.end):
        make(f"extend-backup-{size}", BACKUP, f"extend {size}", NOT_WHOLE)
    for name, fields in {"no-pages": bytes(4), "most-pages": b"\xff" * 4}.items():
        make(f"backup-{name}", BACKUP, f"put 92 {fields.hex()}",
             NOT_WHOLE if any(fields) else NO_BACKUP)
    for size, verdict in ((0, NO_BACKUP), (1, NOT_WHOLE), (MOST_BYTES, NOT_WHOLE),
                          (MOST_BYTES + 1, NO_BACKUP), ((1 << 32) - 1, NO_BACKUP)):
        make(f"backup-keyring-of-{size}", BACKUP, f"put 96 {size:08x}", verdict)


def zeros(make, at):
    make("zero-backup", BACKUP, f"zero 0 {at.end}", NO_BACKUP)
    make("zero-backup-header", BACKUP, f"zero 0 {HEADER.size}", NO_BACKUP)
    make("zero-backup-keyring", BACKUP, f"zero {HEADER.size} {at.pages - HEADER.size}", DAMAGED)
    make("zero-backup-page-1", BACKUP, f"zero {at.page(1)} {PAGE}", "page 1 damaged")
    make("zero-backup-page-7", BACKUP, f"zero {at.page(7)} {PAGE}", "page 7 damaged")
    make("zero-backup-page-7-mac", BACKUP, f"zero {at.page(7)} {PAGE}; backup-mac",
         "page 7 damaged")
    make("zero-backup-mac", BACKUP, f"zero {at.mac} {MAC}", CHANGED)


def moved(make, at):
    def page(number, file, of, size=PAGE):
        return f"copy {at.page(number)} {file} {of} {size}"

    for one, other in ((1, 2), (3, 5), (8, 9)):
        make(f"swap-backup-pages-{one}-{other}", BACKUP,
             f"swap {at.page(one)} {at.page(other)} {PAGE}", f"page {one} damaged")
    make("swap-backup-pages-mac", BACKUP, f"swap {at.page(3)} {at.page(5)} {PAGE}; backup-mac",
         "page 3 damaged")
    make("backup-page-twice", BACKUP, page(4, FILE, 2 * PAGE), "page 4 damaged")
    make("backup-page-left-out", BACKUP, f"copy {at.page(3)} {FILE} {3 * PAGE} {6 * PAGE}",
         "page 3 damaged")
    make("backup-begins-late", BACKUP, f"copy 1 {BACKUP} 0 {at.end - 1}", NO_BACKUP)
    make("backup-page-of-other", BACKUP, page(2, "other.db", PAGE), "page 2 damaged")
    make("backup-page-1-of-other", BACKUP, page(1, "other.db", 0), "page 1 damaged")
    make("backup-page-1-of-other-mac", BACKUP, page(1, "other.db", 0) + "; backup-mac",
         "page 1 damaged")
    make("backup-older-keyring", BACKUP,
         f"copy {HEADER.size} older.keys 0 {at.pages - HEADER.size}", CHANGED)
    for name in (FILE, "store.keys", LOG):
        make(f"{name.replace('.', '-')}-as-backup", BACKUP, f"become {name}", NO_BACKUP)
    make("backup-ids-of-other", BACKUP, f"copy 20 other.keys 20 32", MIXED)
    make("backup-ids-of-other-mac", BACKUP, f"copy 20 other.keys 20 32; backup-mac", MIXED)


def of_two_commits(make, at):
    """Pages of a later commit, from the log, where a backup of that commit takes them too: each
    authenticates, and only the MAC tells of what time it is."""
    frames = make.base.log.frames

    def newest(last_frame):
        """By page number, where it lies in the log up to a frame."""
        return {frame.number: LOG_HEADER + i * FRAME + FRAME - PAGE
                for i, frame in enumerate(frames[:last_frame])}

    def taken(pages):
        return "; ".join(f"copy {at.page(n)} {LOG} {place} {PAGE}" for n, place in pages.items())

    later = newest(2)
    for number in later:
        make(f"backup-later-page-{number}", BACKUP, taken({number: later[number]}), CHANGED)
    make("backup-later-pages", BACKUP, taken(later), CHANGED)
    make("backup-later", BACKUP, taken(later) + "; backup-mac", whole(make, 5))
    longer = f"cut {at.mac}; extend {PAGE + MAC}; put 92 {make.pages + 1:08x}; "
    longest = newest(len(frames))
    make("backup-longer", BACKUP, longer + taken(longest) + "; backup-mac",
         whole(make, 7, pages=make.pages + 1))
    make("backup-longer-mac", BACKUP, longer + taken(longest), CHANGED)
    beyond = taken({number: longest[number] for number in (make.pages + 1,)})
    make("backup-page-beyond", BACKUP, f"{longer}{beyond}; backup-mac",
         whole(make, 4, pages=make.pages + 1))
    make("backup-page-beyond-zero", BACKUP, longer + "backup-mac",
         f"page {make.pages + 1} damaged")


def headers(make, at):
    """What the header says, under a MAC that fits."""
    def put(name, verdict, **fields):
        header = dataclasses.replace(at.header, **fields).encode()
        make(f"backup-{name}", BACKUP, f"put 0 {header.hex()}; backup-mac", verdict)

    head = bytes(range(32))
    put("made-in-1970", whole(make, 4, made=0), made=0)
    put("made-later", whole(make, 4, made=1_900_000_000), made=1_900_000_000)
    put("log-head", whole(make, 4, log_seq=12, log_mac=head), log_seq=12, log_mac=head)
    put("epoch-0", MIXED, epoch=0)
    put("epoch-2", MIXED, epoch=2)
    put("store-id-zero", MIXED, store_id=bytes(16))
    put("file-id-zero", MIXED, file_id=bytes(16))
    few = f"put 92 {make.pages - 1:08x}; cut {at.mac - PAGE}; extend {MAC}; backup-mac"
    make("backup-too-few-pages", BACKUP, few, whole(make, "file damaged", pages=make.pages - 1))
    # The keyring and the pages share their bytes in another way; the length stays.
    size = at.header.keyring_bytes
    put("keyring-longer", DAMAGED, pages=make.pages - 1, keyring_bytes=size + PAGE)
    put("keyring-shorter", DAMAGED, pages=make.pages + 1, keyring_bytes=size - PAGE)


def sealed_anew(make, at):
    """Pages and keyrings that only someone with the keys could have sealed, all MACs in order."""
    base, sealer = make.base, Sealer(make.base.keys, "main")
    sound = with_backup(base.files)[BACKUP]
    ring_file = base.files["store.keys"]

    def put(name, verdict, keyring=ring_file, pages=None, file=BACKUP):
        pages = sound[at.pages : at.mac] if pages is None else pages
        assert len(keyring) == at.header.keyring_bytes
        body = sound[: HEADER.size] + keyring + pages
        content = body + mac_of(body, base.keys.data_key, at.header.store_id)
        make.patch(f"backup-{name}", file, content, verdict)

    def with_page(number, sealed):
        start = (number - 1) * PAGE
        pages = sound[at.pages : at.mac]
        return pages[:start] + sealed + pages[start + PAGE :]

    plain = base.pages
    put("page-epoch-2", "page 6 damaged", pages=with_page(6, sealer.page(6, plain[5], epoch=2)))
    spare = sealer.page(6, plain[5], spare=bytes(5) + b"\1")
    put("page-spare", "page 6 damaged", pages=with_page(6, spare))
    put("page-as-7", "page 6 damaged", pages=with_page(6, sealer.page(7, plain[5])))
    clear = bytes([*clear_bytes(base.keys)[:4], 2, *clear_bytes(base.keys)[5:]])
    put("page-1-clear", "page 1 damaged", pages=with_page(1, sealer.page(1, plain[0], clear=clear)))

    def changed(change):
        writer = copy.deepcopy(base.writer)
        change(writer, *writer.ring.slots)
        return writer.encode()

    def unsigned_health_key(writer, *_):
        writer.ring.health_keys[0].signature = bytes(64)

    def unsigned_certificate(writer, root, recovery, lina, clerk, *_):
        clerk.certificate = bytes(64)

    def unsigned_grant(writer, root, recovery, *_):
        recovery.grants[1].signature = bytes(64)

    def long_expired(writer, root, *_):
        root.expires = 1_773_000_000
        writer.sign(root)

    def other_file(writer, *_):
        writer.ring.file_id = bytes(16)

    def generation_1(writer, *_):
        writer.ring.generation = 1

    put("health-key-unsigned", DAMAGED, changed(unsigned_health_key))
    put("certificate-unsigned", DAMAGED, changed(unsigned_certificate))
    put("certificate-unsigned-for-her", DAMAGED, changed(unsigned_certificate), file=BY_CLERK)
    put("grant-unsigned", DAMAGED, changed(unsigned_grant))
    put("expired", "key refused: expired", changed(long_expired))
    put("keyring-other-file", MIXED, changed(other_file))
    put("keyring-generation-1", whole(make, "keyring refused: older"), changed(generation_1))


def of_other_store(make, at):
    """The other store's header and keyring before these pages: whoever opens its keyring finds that
    they are sealed with other keys."""
    keyring, size = make.base.files["other.keys"], at.header.keyring_bytes
    header = dataclasses.replace(at.header, store_id=keyring[20:36], file_id=keyring[36:52],
                                 keyring_bytes=len(keyring))
    assert len(keyring) == size - 1
    start = f"put 0 {header.encode().hex()}; copy {HEADER.size} other.keys 0 {len(keyring)}"
    pages = f"copy {at.pages - 1} {FILE} 0 {make.pages * PAGE}; cut {at.end - 1}"
    make("backup-keyring-of-other", BACKUP, f"{start}; {pages}", OTHER_STORE)
    make("backup-keyring-of-other-for-other", "store.backup other.key", f"{start}; {pages}",
         "page 1 damaged")
    make("backup-header-of-other", BACKUP, f"put 0 {header.encode().hex()}", NOT_WHOLE)
    length_kept = dataclasses.replace(header, keyring_bytes=size).encode().hex()
    make("backup-header-of-other-fitted", BACKUP, f"put 0 {length_kept}; backup-mac", MIXED)


def add_backup_faults(make):
    at = Places(make)
    for add in (sound_ones, flips, lengths, zeros, moved, of_two_commits, headers, sealed_anew,
                of_other_store):
        add(make, at)
