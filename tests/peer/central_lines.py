"""Centrals for tests, which answer at once, or when the test says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorTime

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import ALL, Lease
from p2pstream.errors import NoCentral, Refused
from p2pstream.limits import Limits
from p2pstream.peer.centrals.announcement import Named
from p2pstream.protocols.central.frequency import frequencies
from p2pstream.protocols.central.messages import Announce, Publish, Withdraw
from p2pstream.transport.turns.tokens import Tokens

SEEN = Address("192.0.2.7", 2050)


def key(number: int) -> FileKey:
    """One of many keys."""
    return FileKey(number.to_bytes(32, "big"), number)


class FakeLine:
    """A central that knows what it was told.

    :ivar told: every call that was answered, in order.
    """

    def __init__(self) -> None:
        self.up = False
        self.closed = False
        self.lease = Lease(60.0, SEEN, True)
        self.keys: set[FileKey] = set()
        self.have: dict[FileKey, int] = {}
        self.records: list[bytes] = []
        self.told: list[tuple[str, int]] = []
        #: What the next calls fail with.
        self.refusals: list[int] = []
        #: Whether calls wait for ever; and how many were given up.
        self.hangs = False
        self.given_up = 0

    def announce(self, keys: Sequence[FileKey], have: int = ALL) -> Deferred[Lease]:
        """See `AnnounceLine`."""

        def learn() -> None:
            self.keys.update(keys)
            self.have.update(dict.fromkeys(keys, have))

        return self._answer("announce", len(keys), learn, self.lease)

    def withdraw(self, keys: Sequence[FileKey]) -> Deferred[None]:
        """See `AnnounceLine`."""
        return self._answer("withdraw", len(keys), lambda: self.keys.difference_update(keys), None)

    def publish(self, record: bytes) -> Deferred[None]:
        """See `AnnounceLine`."""
        return self._answer("publish", 1, lambda: self.records.append(record), None)

    def close(self) -> Deferred[None]:
        """See `AnnounceLine`."""
        self.closed = True
        return succeed(None)

    def take(self) -> list[tuple[str, int]]:
        """What it was told since the last call."""
        told, self.told = self.told, []
        return told

    def _answer(self, call: str, count: int, learn: Any, answer: Any) -> Deferred[Any]:
        if not self.up:
            return fail(NoCentral("there is no connection"))
        if self.refusals:
            code = self.refusals.pop(0)
            return fail(Refused(Code(code).name, code))
        if self.hangs:
            return Deferred(self._give_up)
        learn()
        self.told.append((call, count))
        return succeed(answer)

    def _give_up(self, _: Any) -> None:
        self.given_up += 1


class SparingLine(FakeLine):
    """A central that takes claims and names as often as `frequencies` says.

    :ivar floods: how often a central of ours would have ended the link.
    """

    def __init__(self, clock: IReactorTime, limits: Limits) -> None:
        super().__init__()
        self.floods = 0
        self._clock = clock
        now, asked = clock.seconds(), frequencies(limits)
        kinds = {"announce": asked[Announce], "withdraw": asked[Withdraw], "publish": asked[Publish]}
        self._allowed = {call: Tokens(kind, now) for call, kind in kinds.items()}
        self._borne = {call: Tokens(kind.flood(limits), now) for call, kind in kinds.items()}

    def _answer(self, call: str, count: int, learn: Any, answer: Any) -> Deferred[Any]:
        now = self._clock.seconds()
        self.floods += not self._borne[call].take(now)
        if not self._allowed[call].take(now):
            self.refusals.append(Code.RATE_LIMITED)
        return super()._answer(call, count, learn, answer)


class Wishes:
    """What should be known; the test changes it."""

    def __init__(self) -> None:
        self.wanted: list[FileKey] = []
        self.parts: dict[FileKey, int] = {}
        self.records: list[Named] = []

    def streams(self) -> list[FileKey]:
        """See `OurClaims`."""
        return list(self.wanted)

    def have(self, key: FileKey) -> int:
        """See `OurClaims`."""
        return self.parts.get(key, ALL)

    def names(self) -> list[Named]:
        """See `OurClaims`."""
        return list(self.records)
