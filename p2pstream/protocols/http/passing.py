"""The body of a response that passes by, out of which units are taken."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import UNKNOWN_LENGTH

from p2pstream.content.text import printable
from p2pstream.content.units import UNIT
from p2pstream.limits import Limits
from p2pstream.protocols.http.one_server import reason_of

if TYPE_CHECKING:
    from p2pstream.protocols.http.seed import WebSeed

__all__ = ["Passing", "begins_at"]

_PLACE = re.compile(rb"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)")


def begins_at(response: Any, start: int, length: int) -> tuple[int, int, bool] | str:
    """The bytes ``[start, stop)`` that a response has, and whether its server knows ranges; or what is wrong.

    :param start: what was asked for.
    :param length: of the whole film.
    """
    if response.code == HTTPStatus.OK:
        if response.length not in (length, UNKNOWN_LENGTH):
            return f"what it has there is of {response.length} bytes, and the film of {length}"
        return 0, length, False
    if response.code != HTTPStatus.PARTIAL_CONTENT:
        return f"it answered {response.code} {printable(response.phrase.decode('latin-1'), 80)}"
    said = b",".join(response.headers.getRawHeaders(b"Content-Range", []))
    found = _PLACE.fullmatch(said)
    if found is None or int(found[1]) != start:
        return "it answered with another part than was asked for"
    if found[3] not in (b"*", b"%d" % length):
        return f"what it has there is of {int(found[3])} bytes, and the film of {length}"
    return start, min(int(found[2]) + 1, length), True


class Passing(Protocol):
    """Takes what its seed was asked for; what nobody asked for is dropped, or waited with.

    :ivar moved: whether any of it was of use.
    :ivar aborted: whether we ended it.
    :ivar room: of units that are not complete: the first, how many, and the room.
    """

    transport: Any

    def __init__(self, seed: WebSeed, start: int, stop: int, clock: Any, limits: Limits) -> None:
        self.moved = self.aborted = False
        self.room: tuple[int, int, memoryview] | None = None
        self._seed = seed
        self._at = start
        self._stop = stop
        self._clock = clock
        self._limits = limits
        #: When it has rested for too long.
        self._resting: Any = None
        self._kept = b""

    @property
    def ahead(self) -> int:
        """The first unit of which nothing has passed."""
        return -(-self._at // UNIT)

    @property
    def held(self) -> range:
        """The units that are on their way into room."""
        return range(0) if self.room is None else range(self.room[0], self.room[0] + self.room[1])

    @property
    def rests(self) -> bool:
        """Whether it waits for something to be asked for."""
        return self._resting is not None

    def is_of_use(self, asked: dict[int, int]) -> bool:
        """Whether something of this is still to come."""
        last = -(-self._stop // UNIT)
        return self.room is not None or any(self.ahead <= unit < last for unit in asked)

    def go_on(self) -> None:
        """Something is asked for."""
        if self._wake():
            self.transport.resumeProducing()
            self.dataReceived(b"")

    def abort(self) -> None:
        """The rest of it is of no use."""
        self.aborted = True
        self._wake()
        if self.transport is not None:
            self.transport.loseConnection()

    def dataReceived(self, data: bytes) -> None:
        """Twisted: some of it."""
        left = memoryview(self._kept + data)
        self._kept = b""
        while left and not self.aborted and self._at < self._stop:
            if self._seed.is_idle():
                self._rest(bytes(left))
                break
            left = left[self._take(left) :]

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: that was all, or should not have been."""
        self._wake()
        came = self._at + len(self._kept) >= self._stop
        complete = came and reason.check(ResponseDone, PotentialDataLoss)
        why = "" if complete or self.aborted else "it ended early: " + _reason(reason)
        self._seed.passed(self, why)

    def _take(self, left: memoryview) -> int:
        """How many of these bytes are done with."""
        if self.room is None and self._at % UNIT == 0:
            self._begin()
        if self.room is None:
            count = min(len(left), UNIT - self._at % UNIT)
            self._at += count
            return count
        first, units, room = self.room
        place = self._at - first * UNIT
        count = min(len(left), len(room) - place)
        room[place : place + count] = left[:count]
        self._at += count
        if place + count == len(room):
            self.room = None
            self.moved = True
            self._seed.arrived(first, units, room)
        return count

    def _begin(self) -> None:
        first = self._at // UNIT
        count, room = self._seed.lend(first, -(-self._stop // UNIT) - first)
        if room is not None:
            self.room = first, count, room

    def _rest(self, left: bytes) -> None:
        """Nothing is asked for: wait, and end it if that goes on, for what is behind may be wanted.

        :param left: what came already.
        """
        self._kept = left
        if self._resting is None:
            self.transport.pauseProducing()
            self._resting = self._clock.callLater(self._limits.web_seed_rest_s, self.abort)

    def _wake(self) -> bool:
        """Rest no longer; whether it did."""
        resting, self._resting = self._resting, None
        if resting is not None and resting.active():
            resting.cancel()
        return resting is not None


def _reason(reason: Failure) -> str:
    whole = reason.check(ResponseDone, PotentialDataLoss)
    return "it is shorter than the part that it said it is" if whole else reason_of(reason)
