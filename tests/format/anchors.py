"""Anchors of an access log, kept outside of the store, and the log against them; store(1)."""

import re

ANCHOR = re.compile(rb"([1-9][0-9]{0,18}):([0-9a-f]{32,64})")
OTHER = "is not the one that its anchor is of"
BEYOND = "is of an anchor, but after the end"


class NoAnchor(Exception):
    """The number of the first line that is none."""


def parse_anchors(content):
    """Pairs of an entry's number and the first digits of its MAC."""
    anchors = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line or line.startswith(b"#"):
            continue
        found = ANCHOR.fullmatch(re.split(rb"[ \t\r]", line)[0])
        if found is None:
            raise NoAnchor(number)
        anchors.append((int(found[1]), found[2].decode()))
    return anchors


def compare(log, anchors):
    """Faults as the log has them."""
    for seq, mac in anchors:
        if seq in log.macs and not log.macs[seq].hex().startswith(mac):
            log.fault(seq, OTHER)
    newest = max((seq for seq, _ in anchors), default=0)
    if newest > log.last[0]:
        log.fault(newest, BEYOND)
