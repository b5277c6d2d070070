"""Who was caught lying, and is left alone for a while.  Pure: times are monotonic seconds.

Links between peers are in plaintext, where an id can be borrowed; so it is addresses that
are remembered, and never a whole machine on one port's account.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS, Limits

__all__ = ["Bans"]


@dataclass
class Account:
    """What one address was convicted of, the oldest first: when, and about which key."""

    convictions: list[tuple[float, Hashable]] = field(default_factory=list)


class Bans:
    """For all downloads of a process: who lied about one stream is asked by the others with care.

    A conviction takes an address out of that stream for an hour.  A second one within a day,
    about another stream or about the same when it was let in again, takes it out of all of
    them for a day; three such addresses on one host (IPv6: /64) take out that host, unless it
    is this machine.

    A way that spoils bytes makes a liar of whoever is at its end.  So who has nobody else
    left asks those once more who were convicted once, under TLS: there the way cannot, and a
    second conviction is just.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._accounts: OrderedDict[Address, Account] = OrderedDict()

    def convict(self, address: Address, key: Hashable, now: float) -> None:
        """What it sent about that stream was proven wrong."""
        if self._recent(address, key, now):
            return  # it is the same lie, seen by another download
        account = self._accounts.setdefault(address, Account())
        account.convictions = [*self._lately(account, now), (now, key)]
        self._accounts.move_to_end(address)
        if len(self._accounts) > self._limits.bans:
            self._accounts.popitem(last=False)

    def let_in(self, address: Address, key: Hashable, now: float) -> bool:
        """Have it asked for that stream before its time, for nobody else is left; False: it is too late."""
        account = self._accounts.get(address)
        if account is None or self._is_banned(address, now) or self._is_bad_host(address, now):
            return False
        account.convictions = [(when, None if about == key else about) for when, about in account.convictions]
        return True

    def is_suspect(self, address: Address, now: float) -> bool:
        """Whether a conviction of it counts, for whatever stream: then it is dialled under TLS alone."""
        account = self._accounts.get(address)
        return account is not None and bool(self._lately(account, now))

    def why_not(self, address: Address, key: Hashable, now: float) -> str:
        """Why it is not to be asked for that stream now, to stand behind its address; empty: it may be."""
        if self._is_banned(address, now):
            return "is left alone: it was caught lying more than once within a day"
        if self._recent(address, key, now):
            return "is left alone: it was caught lying about this stream within the hour"
        if self._is_bad_host(address, now):
            return "is left alone: several programs on that machine were caught lying within a day"
        return ""

    def _is_banned(self, address: Address, now: float) -> bool:
        account = self._accounts.get(address)
        return account is not None and len(self._lately(account, now)) >= self._limits.ban_convictions

    def _is_bad_host(self, address: Address, now: float) -> bool:
        if address.scope == "loopback":
            return False
        host = address.cap_key()
        convicted = (
            each
            for each, account in self._accounts.items()
            if each.cap_key() == host and self._lately(account, now)
        )
        return sum(1 for _ in convicted) >= self._limits.ban_ports

    def _recent(self, address: Address, key: Hashable, now: float) -> bool:
        """Whether it was convicted about that stream, and not let in again since."""
        account = self._accounts.get(address, Account())
        return any(
            about == key and now < when + self._limits.ban_key_s for when, about in account.convictions
        )

    def _lately(self, account: Account, now: float) -> list[tuple[float, Hashable]]:
        """The convictions that still count."""
        return [each for each in account.convictions if now < each[0] + self._limits.ban_s]
