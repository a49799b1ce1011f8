#!/usr/bin/python3
"""Opens and makes files that are sealed to a store, as pharmacy-store(5) describes them.

    sealed_file.py open FROM_ADDRESS OUR_ADDRESS BOX_SECRET_HEX FILE...
    sealed_file.py seal OUR_ADDRESS_OUT TO_ADDRESS NAME SECONDS IN OUT

The first prints a verdict on each file in a line:

    ok SECONDS SIZE DIGEST NAME  when it was sealed, and what is in it
    no sealed file
    damaged
    refused                      of another sender, or for another recipient

The second makes a store's keys, writes the address of it, and seals a file.
"""

import hashlib
import os
import pathlib
import re
import struct
import sys
import unicodedata
from dataclasses import dataclass

import nacl.bindings as sodium
import nacl.exceptions

from engine import Refused
from keyring import LAST_SECOND, UNFIT_FOR_NAMES, labelled

BEGINNING = b"PHARMSND" + bytes([1, 1])
HEADER = struct.Struct("10s80s80s80s24s")
PIECE, CLOSING, OVERHEAD, SIGNATURE = 65536, 272, 17, 64
MESSAGE, FINAL = 0, 3  # tags
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISTYPED = str.maketrans("oOiIlL", "001111")
ADDRESS = re.compile(r"pharmacy-address-1(?: (.*))?\n([^f]*)fingerprint([0-9 \n-]*)")
DAMAGED = "damaged"


def blake2b(data):
    return hashlib.blake2b(data, digest_size=32).digest()


@dataclass
class Address:
    store_id: bytes
    box_key: bytes
    sign_key: bytes

    def encode(self):
        return self.store_id + self.box_key + self.sign_key

    @staticmethod
    def decode(data):
        return Address(data[:16], data[16:48], data[48:])

    def fingerprint(self):
        digest = blake2b(labelled(b"pharmacy.address", self.encode()))
        pieces = (digest[at : at + 5] for at in range(0, 30, 5))
        return " ".join(f"{int.from_bytes(piece, 'big') % 100_000:05}" for piece in pieces)

    def text(self):
        number = int.from_bytes(self.encode(), "big")
        digits = "".join(DIGITS[number >> 5 * at & 31] for at in range(127, -1, -1))
        groups = [digits[at : at + 4] for at in range(0, 128, 4)]
        lines = ["-".join(groups[at : at + 8]) for at in range(0, 32, 8)]
        return "\n".join(["pharmacy-address-1", *lines, f"fingerprint {self.fingerprint()}\n"])

    @staticmethod
    def parse(text):
        found = ADDRESS.fullmatch(text)
        digits = re.sub("[ \n-]", "", found[2]).translate(MISTYPED).upper()
        number = 0
        for digit in digits:
            number = number << 5 | DIGITS.index(digit)
        address = Address.decode(number.to_bytes(80, "big"))
        if len(digits) != 128 or found[3].split() != address.fingerprint().split():
            raise ValueError("no address")
        return address


def signed(data):
    return labelled(b"pharmacy.transfer", blake2b(data))


def is_file_name(name):
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    fits = unicodedata.is_normalized("NFC", text) and UNFIT_FOR_NAMES.search(text) is None
    return fits and text not in ("", ".", "..") and "/" not in text


class Stream:
    """The messages of a stream, one after the other."""

    def __init__(self, key, header, aad):
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self.state, header, key)
        self.aad = aad

    def open(self, sealed, expected):
        try:
            plain, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(
                self.state, sealed, self.aad
            )
        except (nacl.exceptions.CryptoError, nacl.exceptions.RuntimeError, ValueError):
            raise Refused(DAMAGED) from None
        if tag != expected:
            raise Refused(DAMAGED)
        return plain


def check_closing(closing, content):
    """When it was sealed, and its name."""
    sealed, size, name_size = struct.unpack(">QQB", closing[:17])
    name = closing[17 : 17 + name_size]
    in_form = len(name) == name_size and not any(closing[17 + name_size :])
    if not in_form or sealed > LAST_SECOND or size != len(content) or not is_file_name(name):
        raise Refused(DAMAGED)
    return sealed, name.decode()


def open_file(data, sender, recipient, secret):
    if not data.startswith(BEGINNING):
        raise Refused("no sealed file")
    if len(data) < HEADER.size + CLOSING + OVERHEAD + SIGNATURE:
        raise Refused(DAMAGED)
    header, body, signature = data[: HEADER.size], data[:-SIGNATURE], data[-SIGNATURE:]
    _, by, to, box, stream_header = HEADER.unpack(header)
    try:
        sodium.crypto_sign_open(signature + signed(body), Address.decode(by).sign_key)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None
    if by != sender.encode() or to != recipient.encode():
        raise Refused("refused")
    try:
        key = sodium.crypto_box_seal_open(box, recipient.box_key, secret)
    except nacl.exceptions.CryptoError:
        raise Refused(DAMAGED) from None
    stream = Stream(key, stream_header, header)
    pieces = body[HEADER.size : -CLOSING - OVERHEAD]
    step = PIECE + OVERHEAD
    content = b""
    for at in range(0, len(pieces), step):
        piece = stream.open(pieces[at : at + step], MESSAGE)
        if not piece:
            raise Refused(DAMAGED)
        content += piece
    sealed, name = check_closing(stream.open(body[-CLOSING - OVERHEAD :], FINAL), content)
    return f"ok {sealed} {len(content)} {blake2b(content).hex()} {name}"


def seal_file(content, name, seconds, recipient):
    """The sealed file and the address of its sender."""
    box_key, _ = sodium.crypto_box_keypair()
    sign_key, sign_secret = sodium.crypto_sign_keypair()
    sender = Address(os.urandom(16), box_key, sign_key)
    key = os.urandom(32)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    stream_header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    box = sodium.crypto_box_seal(key, recipient.box_key)
    data = header = HEADER.pack(
        BEGINNING, sender.encode(), recipient.encode(), box, stream_header
    )
    for at in range(0, len(content), PIECE):
        data += sodium.crypto_secretstream_xchacha20poly1305_push(
            state, content[at : at + PIECE], header, MESSAGE
        )
    closing = struct.pack(">QQB", seconds, len(content), len(name)) + name
    data += sodium.crypto_secretstream_xchacha20poly1305_push(
        state, closing.ljust(CLOSING, b"\0"), header, FINAL
    )
    return data + sodium.crypto_sign(signed(data), sign_secret)[:SIGNATURE], sender


def verdict_on(path, *parties):
    try:
        return open_file(pathlib.Path(path).read_bytes(), *parties)
    except Refused as refused:
        return str(refused)


def main(arguments):
    match arguments:
        case ["open", sender, recipient, secret, *files]:
            texts = [pathlib.Path(path).read_text() for path in (sender, recipient)]
            parties = [Address.parse(text) for text in texts]
            for path in files:
                print(verdict_on(path, *parties, bytes.fromhex(secret)))
        case ["seal", ours, recipient, name, seconds, source, target]:
            to = Address.parse(pathlib.Path(recipient).read_text())
            content = pathlib.Path(source).read_bytes()
            data, sender = seal_file(content, name.encode(), int(seconds), to)
            pathlib.Path(ours).write_text(sender.text())
            pathlib.Path(target).write_bytes(data)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
