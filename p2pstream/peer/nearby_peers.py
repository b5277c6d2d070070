"""Peers of the local network: told that we are here, and looked for while something is fetched.

Centrals that are far away tell nobody of private addresses, and rightly so: what they mean is not
theirs to know.  Nobody says what he has: who wants a stream dials, and asks for it.

Not in a closed group: whoever dials proves first that he has its secret, and so a stranger who says
to be a peer would have something to guess it by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.content.tellers import neighbouring
from p2pstream.errors import CannotListen
from p2pstream.interfaces import INeighbourhood
from p2pstream.protocols.node import Means
from p2pstream.transport.alarm import Alarm

__all__ = ["NearbyPeers"]

_log = Logger()

#: Told of those that are there.
Follower = Callable[[Sequence[Address]], None]


class Threads(Protocol):
    """Where it may wait for the network: an `IWorkers` that can be closed."""

    def run(self, work: Callable[..., Any], *args: Any) -> Deferred[Any]:
        """See `IWorkers`."""

    def close(self) -> Deferred[None]:
        """Fires when nothing is left running."""


class NearbyPeers:
    """Those of one process, whatever it fetches.

    Where the network cannot be asked nothing is found, and nothing is said.

    :param threads: of its own, for it may wait for seconds; closed with this.
    :param host: the one of our addresses that others on the network know; asked when we are to be told of.
    """

    def __init__(
        self, means: Means, network: INeighbourhood, threads: Threads, host: Callable[[], str]
    ) -> None:
        self._clock: IReactorTime = means.reactor
        self._limits = means.limits
        self._subnets = means.subnets
        self._network = network
        self._threads = threads
        self._host = host
        # By chance: that a peer is here need not say whose.
        self._title = f"peer-{means.random.getrandbits(32):08x}"
        self._own: Address | None = None
        self._found: Sequence[Address] = ()
        self._followers: dict[object, Follower] = {}
        self._alarm = Alarm(self._clock, self._look)
        self._looking: Deferred[None] = succeed(None)
        self._is_looking = self._is_over = False
        #: When the next look may be, and how long after it the one after that is.
        self._next, self._pause = 0.0, means.limits.neighbours_soon_s
        self._telling: IDelayedCall | None = None
        self._told: Deferred[Callable[[], None] | None] = succeed(None)

    def follow(self, told: Follower) -> Callable[[], None]:
        """Have ``told`` called with those that are known, and after each look; calling the result ends it.

        It looks soon, and then more and more rarely, as long as somebody follows.
        """
        token, now = object(), self._clock.seconds()
        self._followers[token] = told
        self._pause = self._limits.neighbours_soon_s
        self._set(max(now + self._limits.neighbours_after_s, self._next))
        if self._found:
            told(self._found)

        def unfollow() -> None:
            self._followers.pop(token, None)
            if not self._followers:
                self._alarm.set(None)

        return unfollow

    def advertise(self, port: int) -> None:
        """Have the network told in a moment that a peer is here, where more than this machine could come."""
        own = Address(self._host(), port)
        if not self._is_over and own.reach:
            self._own = own
            self._telling = self._clock.callLater(self._limits.neighbours_told_s, self._tell, own)

    async def close(self) -> None:
        """Take it back; nothing is left running."""
        self._is_over = True
        self._followers.clear()
        self._alarm.set(None)
        if self._telling is not None and self._telling.active():
            self._telling.cancel()
        self._network.leave()
        withdraw = await self._told
        if withdraw is not None:
            await self._threads.run(withdraw).addErrback(_broke)
        await self._looking
        await self._threads.close()

    def _set(self, when: float) -> None:
        if not (self._is_looking or self._is_over):
            self._alarm.set(when)

    def _look(self, now: float) -> None:
        self._is_looking = True
        looking = self._threads.run(self._network.browse, self._limits.neighbours_s, NearbyRole.PEER)
        self._looking = looking.addCallbacks(self._looked, self._deaf)

    def _looked(self, found: Sequence[Nearby]) -> None:
        others = [near.address for near in found if near.title != self._title]
        self._found = neighbouring(others, self._own, self._subnets(), self._limits)
        for told in list(self._followers.values()) if self._found else ():
            told(self._found)
        self._is_looking, now = False, self._clock.seconds()
        self._next = now + self._limits.neighbours_soon_s
        if self._followers:
            self._set(now + self._pause)
        self._pause = min(2 * self._pause, self._limits.neighbours_again_s)

    def _deaf(self, failure: Failure) -> None:
        # It is still looking, as it were: one that cannot be asked is not asked again.
        if failure.check(CannotListen):
            _log.debug("no peers of this network: {why}", why=failure.getErrorMessage())
        else:
            _broke(failure)

    def _tell(self, own: Address) -> None:
        here = Nearby(self._title, own, NearbyRole.PEER)
        self._told = self._threads.run(self._network.advertise, here).addErrback(self._deaf)


def _broke(failure: Failure) -> None:
    _log.failure("peers of this network are not found", failure)
