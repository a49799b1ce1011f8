"""Faults in the keyring beside an access log, and in what the log says of it."""

from dataclasses import replace

from access_log import MAC, MARK, OUTDATED, SIGNATURE, UNVOUCHED
from access_log_copy import MADE_UP, WHOLE, of_each
from keyring import MANAGER
from keyring_mark import Mark
from writer import sign


def keyring_slots(make):
    """Keys that only the keyring's MAC vouches for: no manager signed them."""
    places = make.places

    def other_key(log):
        log.ring.find(places.clerk).sign_key = MADE_UP[0]
        for seq in places.by_new_key:
            log.sign(seq, MADE_UP[1])

    def other_manager(log):
        log.ring.find(places.clerk).roles |= MANAGER
        log.retire(places.manager, MADE_UP[0], places.clerk, log.clerk.secret)
        log.sign(places.edit, MADE_UP[1])

    outdated = (places.marked, OUTDATED)
    make("keyring-other-key", [*of_each(places.by_new_key, SIGNATURE), outdated], other_key)
    forged = of_each(sorted([places.edit, *places.by_new_key]), SIGNATURE)
    make("keyring-other-manager", [*forged, (places.manager, UNVOUCHED), outdated],
         other_manager)


def marks(make):
    """What the log says of the keyring."""
    places = make.places
    at, last = places.marked, places.last
    old = (places.marked_before, OUTDATED)

    def mark_now(log):
        return Mark.of(log.ring).encode()

    def fitted(change):
        def edited(log):
            change(log)
            log.fit_mac(at)
        return edited

    def at_end(mark_of, by_manager=False, kind=b"change"):
        def change(log):
            signer = log.manager if by_manager else log.clerk
            log.put_as(last + 1, replace(log.entry(places.edit), staff=signer.slot, kind=kind,
                                         operation=None, keyring=mark_of(log)))
            log.fit_digests(last + 1)
            log.fit_mac(last + 1)
            log.sign(last + 1, signer.secret)
        return change

    def with_clerk(log):
        mark = Mark.of(log.ring)
        mark.signers[log.clerk.slot] = (MANAGER, log.clerk.secret[32:])
        return mark.encode()

    def next_epoch(log, step=1):
        mark = Mark.of(log.ring)
        mark.epoch += step
        return mark.encode()

    def certified_anew(log):
        clerk = log.ring.find(places.clerk)
        clerk.name = b"another"
        clerk.certificate = sign(log.manager.secret, log.ring.certificate_message(clerk))

    def granted_anew(log):
        grant = log.ring.find(places.manager).grants[-1]
        grant.box = bytes(80)
        grant.signature = sign(log.manager.secret, log.ring.grant_message(
            log.ring.find(places.manager), grant))

    def take(log):
        log.edit(at, keyring=None)

    make("mark-removed", [(at, MAC), old], take)
    make("mark-removed-mac", [(at, SIGNATURE), (at + 1, MAC), old], fitted(take))
    make("mark-by-clerk", [(last + 1, MARK)], at_end(mark_now))
    make("mark-by-clerk-as-manager", [(last + 1, MARK)], at_end(with_clerk))
    make("mark-by-manager", WHOLE, at_end(mark_now, by_manager=True))
    make("mark-by-manager-in-view", [(last + 1, MARK)], at_end(mark_now, True, b"view"))
    make("mark-of-no-form", [(last + 1, MARK)], at_end(lambda log: mark_now(log)[:-1], True))
    make("mark-of-another-keyring", [(last + 1, OUTDATED)], at_end(with_clerk, by_manager=True))
    make("mark-of-change-cut-off", WHOLE, at_end(next_epoch, by_manager=True))
    make("mark-of-epoch-after-next", [(last + 1, MARK)],
         at_end(lambda log: next_epoch(log, 2), by_manager=True))
    make("keyring-certified-anew", [(at, OUTDATED)], certified_anew)
    make("keyring-granted-anew", [(at, OUTDATED)], granted_anew)
