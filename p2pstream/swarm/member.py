"""One address that a download knows: whether it is dialled, and when.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf

from p2pstream.content.addresses import Address
from p2pstream.limits import Limits

__all__ = ["Berth", "Member"]


class Berth(Enum):
    """How it stands with one address."""

    WAITING = "to be dialled when its time has come"
    DIALLING = "being dialled"
    MET = "connected"
    GIVEN_UP = "failed too often; a central may name it anew"
    BARRED = "broke the protocol too often, or was caught lying"


@dataclass
class Member:
    """One address.

    After a failure it is dialled again, after a pause that doubles; after some failures in
    a row it is given up.  One that sent something is waited for for a while, however often
    it fails: most that go come back.

    One that is given up is dialled once more when a central names it again, which it does
    while somebody renews the lease.  But each time in vain makes the next such word count
    later, so that nobody can have us dial an address without end.
    """

    address: Address
    due: float
    berth: Berth = Berth.WAITING
    #: It was dialled before.
    tried: bool = False
    failures: int = 0
    offences: int = 0
    #: Another peer told of it, and no central.
    hearsay: bool = False
    #: It dialled us, from a port at which nobody listens: it is never dialled.
    guest: bool = False
    #: It dialled us when those places were taken that are for whomever we dial.
    visiting: bool = False
    #: It says itself that it is on our network, and nobody that it has the stream.
    nearby: bool = False
    #: It is on this machine, or on our network.
    local: bool = False
    #: Until when it is dialled however often it fails.
    awaited: float = 0.0
    #: From when on the word of a central counts, after it was given up.
    heeded: float = 0.0
    #: How often such a word was in vain.
    vain: int = 0

    def lost(self, useful: bool, offended: bool, now: float, limits: Limits) -> None:
        """Its connection is gone; see `Crew.left`."""
        self.offences += offended
        if useful:
            self.failures = self.vain = 0
            self.awaited = now + limits.return_s
        else:
            self.failures += 1

    def retry(self, now: float, chance: float, limits: Limits) -> None:
        """Dial it again in a while, or never.

        :param chance: 0 to 1: not all who lost the same peer come back at once.
        """
        if self.offences >= limits.source_offences:
            self.berth = Berth.BARRED
        elif self.guest:
            self.berth, self.failures, self.heeded = Berth.GIVEN_UP, max(1, self.failures), inf
        elif self.nearby and now >= self.awaited:
            self.berth = Berth.GIVEN_UP
            self.heeded = now + min(limits.neighbour_rest_s * 2**self.vain, limits.neighbour_rest_most_s)
            self.vain += 1
        elif self.failures >= limits.source_tries and now >= self.awaited:
            self.berth = Berth.GIVEN_UP
            self.heeded = now + min(limits.heed_s * 2**self.vain, limits.heed_most_s)
        else:
            self.berth = Berth.WAITING
            pause = min(limits.retry_s * 2**self.failures, limits.retry_most_s)
            self.due = now + pause * (1 + chance) / 2

    def invite(self, now: float) -> None:
        """It is still on our network: by now it may have something."""
        if self.nearby and self.berth is Berth.GIVEN_UP and now >= self.heeded:
            self.berth, self.due = Berth.WAITING, now

    def name(self, now: float) -> None:
        """Somebody says that it has the stream."""
        if self.nearby:
            self.nearby, self.vain, self.failures = False, 0, 0
            if self.berth is Berth.GIVEN_UP:
                self.berth, self.due = Berth.WAITING, now

    def heed(self, now: float, limits: Limits) -> None:
        """A central says that it is there."""
        if self.berth is Berth.GIVEN_UP and now >= self.heeded:
            self.berth, self.due = Berth.WAITING, now
            self.failures = limits.source_tries - 1
            self.vain += 1
