"""Has what is here listed, at every central that was named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.content.shown import ListedAt
from p2pstream.errors import Refused
from p2pstream.peer.centrals.announcement import AnnounceLine, Announcement, OurClaims
from p2pstream.peer.centrals.reachability import Reachability
from p2pstream.protocols.node import Means

__all__ = ["AnnounceListener", "Announcer"]


class AnnounceListener(Protocol):
    """Who is told when a connection to a central comes and goes."""

    def connected(self) -> None:
        """It is there."""

    def leased(self, lease: Lease) -> None:
        """It tells something new of how it sees us, without being asked."""

    def lost(self, reason: str, answered: bool) -> None:
        """It went, or a dial was in vain; ``reason`` in few words.  It is tried again.

        :param answered: somebody was there, and it came to nothing.
        """


class Announcer:
    """Keeps all centrals informed; that one is not there is told once, and tried again quietly.

    :param dial: begins to connect, for as long as it takes, and tells the listener.
    :param named: whether a person named these centrals; else, that they can be is told.
    """

    def __init__(
        self,
        means: Means,
        centrals: Sequence[Address],
        dial: Callable[[Address, AnnounceListener], AnnounceLine],
        wanted: OurClaims,
        reachability: Reachability,
        named: bool = True,
    ) -> None:
        self._limits = means.limits
        self._clock: IReactorTime = means.reactor
        self._centrals = tuple(dict.fromkeys(centrals))
        self._make = partial(_At, means, dial, wanted, reachability, named, self._turned)
        self._at: list[_At] = []
        #: Called when something of what `standings` says changed; set by whoever shows it.
        self.turned: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to connect."""
        self._at = [self._make(address) for address in self._centrals]

    @property
    def lines(self) -> Sequence[AnnounceLine]:
        """The centrals, while it runs."""
        return [at.line for at in self._at]

    def standings(self) -> Sequence[ListedAt]:
        """Whether we are listed at each, and can be reached from there."""
        if not self._at:
            return [ListedAt(str(central)) for central in self._centrals]
        return [at.standing() for at in self._at]

    def _turned(self) -> None:
        self.turned()

    def changed(self) -> None:
        """What is wanted is another thing now."""
        for at in self._at:
            at.changed()

    def stop(self) -> Deferred[Any]:
        """Say goodbye everywhere, as far as there is time; fires when it was said, or that is over."""
        at, self._at = self._at, []
        said = gatherResults([each.stop() for each in at], consumeErrors=True)
        said.addTimeout(self._limits.goodbye_s, self._clock)
        # Whoever was not told finds out when the leases are over.
        return said.addErrback(lambda _: None)


class _At:
    """One central: what it is told, and what people are told of it."""

    def __init__(
        self,
        means: Means,
        dial: Callable[[Address, AnnounceListener], AnnounceLine],
        wanted: OurClaims,
        reachability: Reachability,
        named: bool,
        turned: Callable[[], None],
        address: Address,
    ) -> None:
        self._central = str(address)
        self._turned = turned
        #: What it said last of how it sees us; None: nothing yet.
        self._lease: Lease | None = None
        #: Why we are not listed, where we are not.
        self._reason = ""
        self._events = means.events
        self._reachability = reachability
        #: What to do where nobody was ever found.
        self._hint = "" if named else ", give --central"
        #: Whether people were told that we are listed there; None: they were told nothing yet.
        self._told: bool | None = None
        #: What somebody who answered was last told to be wrong with, since it was listed.
        self._wrong = ""
        self.line = dial(address, self)
        self._announcement = Announcement(means.reactor, self.line, wanted, self, means.limits)

    def connected(self) -> None:
        """As `AnnounceListener` says."""
        self._hint = ""
        self._announcement.connected()

    def lost(self, reason: str, answered: bool) -> None:
        """As `AnnounceListener` says."""
        self._announcement.lost()
        if not answered:
            self._not_listed(f"no central at {self._central} ({reason}){self._hint}")
        elif self._told is not False or reason != self._wrong:
            # That will not pass by itself, as a central does that is started again.
            self._told, self._wrong = None, reason
            self._not_listed(f"{self._central}: {reason}")

    def refused(self, reason: Refused) -> None:
        """As `Listener` says."""
        self._not_listed(f"{self._central} refuses: {reason}")

    def leased(self, lease: Lease) -> None:
        """As `Listener` and `AnnounceListener` say."""
        known = self._lease
        self._lease = lease
        if known is None or (known.observed, known.reachable) != (lease.observed, lease.reachable):
            self._turned()
        self._reachability.answered(self._central, lease)

    def listed(self) -> None:
        """As `Listener` says."""
        if not self._told:
            self._told = True
            self._events.happened("listed", central=self._central)
            self._turned()

    def name_refused(self, name: str, reason: Refused) -> None:
        """As `Listener` says."""
        self._events.happened("name_refused", name=name, central=self._central, reason=reason)

    def _not_listed(self, reason: str) -> None:
        self._reason, self._lease = reason, None
        if self._told is not False:
            self._told = False
            self._events.happened("not_listed", central=self._central, reason=reason)
            self._turned()

    def standing(self) -> ListedAt:
        """How it stands with this one."""
        if not self._told or self._lease is None:
            return ListedAt(self._central, self._told, self._reason if self._told is False else "")
        lease = self._lease
        vain = lease.reachable is False and lease.observed is not None
        return ListedAt(
            self._central,
            True,
            observed=str(lease.observed or ""),
            reachable=lease.reachable,
            advice=self._reachability.advice(lease.observed) if vain and lease.observed else "",
        )

    def changed(self) -> None:
        """What is wanted is another thing now."""
        self._announcement.changed()

    def stop(self) -> Deferred[None]:
        """Say goodbye and hang up."""
        self._told = False
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        try:
            await self._announcement.say_goodbye()
        finally:
            await self.line.close()
