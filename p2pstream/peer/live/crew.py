"""Keeps neighbours in a broadcast: asks who takes part, dials some of them, again when they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any, Protocol

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import INode

__all__ = ["LiveCrew"]

_log = Logger()

_NEVER = -1e9, False

#: Dials a peer, and meets it in the broadcast; fires when both ends have proven who they are.
Dial = Callable[[Address], Deferred[Any]]
#: Asks who takes part.
Find = Callable[[], Deferred[Sequence[Address]]]


class Company(Protocol):
    """Our part in a broadcast: `live.relay.Relay`."""

    @property
    def neighbours(self) -> Sized:
        """Those whom we have met."""

    @property
    def starves(self) -> bool:
        """Whether nothing new is heard, however many they are."""

    @property
    def seeks(self) -> bool:
        """Whether something is looked for that none of them has: twice as many are met then."""

    def avoids(self, address: str) -> bool:
        """Whether it is of no use to dial there."""


class LiveCrew:
    """Of one broadcast.

    One who starves looks for others, however many neighbours there are: all of them may be
    cut off from a source that came back elsewhere.
    """

    def __init__(self, node: INode, find: Find, dial: Dial, party: Company) -> None:
        self._clock: Any = node.reactor
        self._random = node.random
        self._limits = node.limits
        self._find = find
        self._dial = dial
        self._party = party
        #: When an address was dialled last, and whether somebody answered.
        self._known: dict[Address, tuple[float, bool]] = {}
        self._dialling: dict[Address, Deferred[Any]] = {}
        self._finding: Deferred[Any] | None = None
        self._found_at: float | None = None
        #: How long after that centrals are asked again.
        self._patience = self._limits.live_alone_s
        #: Whether we were alone, or starved, when we looked last.
        self._alone, self._starved = True, False
        self._looking: Any = None
        self.closed = False

    def begin(self) -> None:
        """Look for neighbours from now on."""
        self._look()

    def add(self, addresses: Iterable[Address]) -> None:
        """These take part, as somebody says."""
        for address in addresses:
            if address not in self._known:
                self._known[address] = _NEVER
        while len(self._known) > self._limits.live_known:
            # Who was told of last is there more likely.
            del self._known[next(iter(self._known))]

    def close(self) -> None:
        """Dial nobody more; harmless when done twice."""
        self.closed = True
        if self._looking is not None and self._looking.active():
            self._looking.cancel()
        for dialling in [*self._dialling.values(), *filter(None, [self._finding])]:
            dialling.cancel()

    def _look(self) -> None:
        if self.closed:
            return
        self._looking = self._clock.callLater(self._limits.live_crew_s, self._look)
        now, met, starves = self._clock.seconds(), len(self._party.neighbours), self._party.starves
        most = 2 * self._limits.live_degree if self._party.seeks else self._limits.live_degree
        missing = most - met - len(self._dialling)
        if missing <= 0 and not starves:
            return
        able = [each for each in self._known if self._is_able(each, now, starves)]
        count = min(max(missing, int(starves)), len(able), self._limits.live_dials)
        for address in self._random.sample(able, count):
            self._begin(address)
        if self._finding is None and (
            self._found_at is None or now - self._found_at >= self._wait(met, starves)
        ):
            self._ask()

    def _is_able(self, address: Address, now: float, starves: bool) -> bool:
        at, answered = self._known[address]
        # Whoever answered was met, is met over another link, or takes no part.
        wait = self._limits.live_find_s if answered else self._limits.live_again_s
        wait = self._limits.live_hungry_s if starves else wait
        due = now - at >= wait and address not in self._dialling
        return due and not self._party.avoids(str(address))

    def _wait(self, met: int, starves: bool) -> float:
        """How long after centrals were asked they are asked again: soon at first, for others join, too."""
        if (met and self._alone) or (starves and not self._starved):
            self._patience = self._limits.live_alone_s
        self._alone, self._starved = not met, starves
        return self._patience if met else self._limits.live_alone_s

    def _ask(self) -> None:
        self._found_at = self._clock.seconds()
        # All who watch join, or starve, at the same time.
        spread = 1 + self._random.random()
        self._patience = min(spread * self._patience, self._limits.live_find_s)
        self._finding = finding = self._find()
        finding.addCallbacks(self._told, _quiet).addErrback(_report)

        def over(_: Any) -> None:
            self._finding = None

        finding.addBoth(over)

    def _told(self, addresses: Sequence[Address]) -> None:
        first = not self._known
        self.add(addresses)
        if first and self._known and not self.closed:
            self._looking.cancel()
            self._look()

    def _begin(self, address: Address) -> None:
        self._dialling[address] = dialling = self._dial(address)

        def over(result: Any) -> None:
            self._dialling.pop(address, None)
            self._known[address] = self._clock.seconds(), not isinstance(result, Failure)
            if isinstance(result, Failure):
                _quiet(result)

        dialling.addBoth(over).addErrback(_report)


def _quiet(failure: Failure) -> None:
    """Who cannot be reached is dialled again later."""
    if not failure.check(P2PStreamError, CancelledError, ConnectError):
        failure.raiseException()


def _report(failure: Failure) -> None:
    _log.failure("looking for neighbours failed in a way nobody thought of", failure)
