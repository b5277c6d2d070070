"""What one central is told: what is here to be had, again and again, and under which names.

Nothing is told twice without need, and nothing is lost: what the central knows is
compared with what is true, and the difference is told, until there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from twisted.internet.defer import CancelledError, Deferred, DeferredList, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.keys import Key, LiveKey
from p2pstream.content.listed import ALL, Lease
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import NoCentral, Refused, SourceLost
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.nap import Nap
from p2pstream.values import value

__all__ = ["AnnounceLine", "Announcement", "Listener", "Named", "OurClaims"]

_log = Logger()

#: What a central refuses now and would take later.
_LATER = (Code.RATE_LIMITED, Code.BUSY)


@value
class Named:
    """A signed record of ours: a name, and what it stands for, or that it stands for nothing."""

    name: str
    #: The larger is the newer.
    seq: int
    raw: bytes


class AnnounceLine(Protocol):
    """One central, on a connection that comes and goes.

    All of it fails with `errors.Refused`, and with `errors.NoCentral` or
    `errors.SourceLost` when there is no connection, or no longer.
    """

    def announce(self, keys: Sequence[Key], have: int = ALL) -> Deferred[Lease]:
        """Claim to have so much of each of these, in 255ths; or claim again.  One at least."""

    def withdraw(self, keys: Sequence[Key]) -> Deferred[None]:
        """These are no longer here."""

    def publish(self, record: bytes) -> Deferred[None]:
        """Have a name listed."""

    def tell_head(self, key: LiveKey, head: bytes) -> Deferred[None]:
        """This is the newest head of a broadcast."""

    def ticket(self, key: Key) -> Deferred[Ticket]:
        """Have it signed that we can be dialled, and have this."""

    def close(self) -> Deferred[None]:
        """Hang up, and dial no more."""


class OurClaims(Protocol):
    """What should be known of us everywhere."""

    def streams(self) -> Sequence[Key]:
        """All that is here and has a key."""

    def have(self, key: Key) -> int:
        """How much of it, in 255ths."""

    def names(self) -> Iterable[Named]:
        """The newest record of each name, those that were changed last first."""


class Listener(Protocol):
    """Who is told how one central answers."""

    def leased(self, lease: Lease) -> None:
        """It answered a claim."""

    def listed(self) -> None:
        """It knows all that there is to know."""

    def refused(self, reason: Refused) -> None:
        """It takes no claims from us; it is asked again all the same."""

    def name_refused(self, name: str, reason: Refused) -> None:
        """It does not list that name."""


class Announcement:
    """Keeps one central's knowledge of us true, while it is connected."""

    def __init__(
        self,
        clock: IReactorTime,
        line: AnnounceLine,
        wanted: OurClaims,
        listener: Listener,
        limits: Limits = LIMITS,
    ) -> None:
        self._line = line
        self._clock = clock
        self._wanted = wanted
        self._listener = listener
        self._limits = limits
        self._nap = Nap(clock)
        self._keeping: Deferred[None] = succeed(None)
        self._interval_s = limits.announce_s
        #: When each key was claimed last, and how much of it.
        self._claimed: dict[Key, tuple[float, int]] = {}
        #: The newest record of each name that it has, or has refused.
        self._published: dict[str, int] = {}
        #: Of those that it has refused: when, and why.
        self._refused: dict[str, tuple[float, str]] = {}
        #: How many names are published at once: one after one was not taken, twice as many after that was.
        self._some = limits.announce_names

    def connected(self) -> None:
        """It can be told; what it knew of us it may have forgotten."""
        self._claimed.clear()
        self._published.clear()
        self._refused.clear()
        self._some = self._limits.announce_names
        self._keeping.cancel()
        self._keeping = Deferred.fromCoroutine(self._keep())
        self._keeping.addErrback(self._broke)

    def lost(self) -> None:
        """It cannot be told any more."""
        self._keeping.cancel()

    def changed(self) -> None:
        """What is wanted is another thing now."""
        self._nap.wake()

    async def say_goodbye(self) -> None:
        """Take all claims back, as far as it can be told."""
        self._keeping.cancel()
        try:
            for batch in _batches(list(self._claimed), self._limits.announce_keys):
                await self._line.withdraw(batch)
        except (NoCentral, Refused, SourceLost):
            # It finds out by itself, when the leases are over.
            return

    async def _keep(self) -> None:
        while True:
            try:
                done = await self._tell()
            except (NoCentral, SourceLost):
                # We are told of the end by `lost`, too.
                return
            except Refused as fault:
                await self._leave_alone(fault)
            else:
                if done:
                    self._listener.listed()
                await self._nap.sleep(self._due_s() if done else 0.0)

    async def _leave_alone(self, fault: Refused) -> None:
        """Ask nothing more for as long as a refusal calls for."""
        if fault.code == Code.NOT_KEPT:
            await self._nap.sleep(self._limits.announce_room_s)
            return
        rest_s = self._limits.announce_retry_s
        if fault.code not in _LATER:
            rest_s = self._limits.announce_s
            self._listener.refused(fault)
        # No news ends it: who hashes small files has some all the time, and would be cut off as a flood.
        await deferLater(self._clock, rest_s)

    async def _tell(self) -> bool:
        """Tell some of what is new, the urgent part first; whether that was all."""
        self._nap.forget()
        await self._withdraw()
        await self._claim()
        return await self._publish()

    async def _withdraw(self) -> None:
        wanted = set(self._wanted.streams())
        for batch in _batches(
            [key for key in self._claimed if key not in wanted], self._limits.announce_keys
        ):
            await self._line.withdraw(batch)
            for key in batch:
                self._claimed.pop(key, None)

    async def _claim(self) -> None:
        now = self._clock.seconds()
        least_s, most_s = self._limits.announce_s, self._limits.announce_most_s
        for have, due in self._due(now).items():
            for batch in _batches(due, self._limits.announce_keys):
                lease = await self._line.announce(batch, have)
                self._claimed.update(dict.fromkeys(batch, (now, have)))
                self._interval_s = min(max(lease.interval_s, least_s), most_s)
                self._listener.leased(lease)

    def _due(self, now: float) -> dict[int, list[Key]]:
        """What is to be claimed, by how much of it is here."""
        due: dict[int, list[Key]] = {}
        for key in self._wanted.streams():
            have = self._wanted.have(key)
            at, claimed = self._claimed.get(key, (float("-inf"), have))
            # A part that grows is told in its time, a whole at once.
            if at + self._interval_s <= now or (have == ALL) != (claimed == ALL):
                due.setdefault(have, []).append(key)
        return due

    async def _publish(self) -> bool:
        """Publish what is unknown, some names at a time, until there is news; whether that was all."""
        self._forgive()
        unknown = [each for each in self._wanted.names() if self._published.get(each.name) != each.seq]
        while unknown:
            if self._nap.news:
                return False
            some, unknown = unknown[: self._some], unknown[self._some :]
            published = [Deferred.fromCoroutine(self._have(each)) for each in some]
            for _, outcome in await DeferredList(published, consumeErrors=True):
                if isinstance(outcome, Failure):
                    outcome.raiseException()
            self._some = min(2 * self._some, self._limits.announce_names)
        return True

    def _forgive(self) -> None:
        """What was refused long ago is tried again: its clock may have been wrong, or its table full."""
        until = self._clock.seconds() - self._limits.announce_most_s
        for name, (at, _) in self._refused.items():
            if at <= until:
                self._published.pop(name, None)

    async def _have(self, each: Named) -> None:
        """Have one name published, or refused for a while; why is told once."""
        try:
            await self._line.publish(each.raw)
        except Refused as fault:
            if fault.code in _LATER:
                self._some = 1
                raise
            _, before = self._refused.get(each.name, (0.0, ""))
            self._refused[each.name] = self._clock.seconds(), str(fault)
            if before != str(fault):
                self._listener.name_refused(each.name, fault)
            if fault.code == Code.NOT_KEPT:
                self._some = 1
                raise
        else:
            self._refused.pop(each.name, None)
        self._published[each.name] = each.seq

    def _due_s(self) -> float:
        """Seconds until the first claim has to be made again."""
        now = self._clock.seconds()
        first = min((at for at, _ in self._claimed.values()), default=now)
        return max(0.0, first + self._interval_s - now)

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("a central is told nothing any more", failure)


def _batches(keys: Sequence[Key], most: int) -> Iterator[Sequence[Key]]:
    return (keys[start : start + most] for start in range(0, len(keys), most))
