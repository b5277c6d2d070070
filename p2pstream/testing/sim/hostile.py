"""Peers that do harm: real ones, of which one seam is bent.

Each is a `bend` of a cast.  What it bends is the stream that a peer serves from: what
others are told of it, or what they are given; of one who fetches, what he asks of others.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IReactorTime
from twisted.internet.task import deferLater
from twisted.python.components import proxyForInterface
from zope.interface import implementer

from p2pstream.content.units import UNIT
from p2pstream.interfaces import IStream
from p2pstream.peer.client import Client
from p2pstream.roles.peer_parts import PeerParts
from p2pstream.testing.sim.run import SimRun

__all__ = ["corrupting", "greedy", "late", "silent", "spoil_all", "spoil_last", "spoil_some", "trickling"]

#: Spoils bytes that begin at an offset of the film.
Spoil = Callable[[int, bytes], bytes]
_OTHERS = bytes(byte ^ 0xFF for byte in range(256))


def corrupting(spoil: Spoil) -> Callable[[PeerParts, SimRun], None]:
    """Sends bytes that are not those of the film."""
    return lambda parts, run: _bend(parts, lambda stream: _Spoiling(stream, spoil))


def silent(parts: PeerParts, run: SimRun) -> None:
    """Has everything, and sends nothing of it."""
    _bend(parts, _Silent)


def late(seconds: float) -> Callable[[PeerParts, SimRun], None]:
    """Sends each run so many seconds after it might have."""
    return lambda parts, run: _bend(parts, lambda stream: _Late(stream, parts.node.reactor, seconds))


def greedy(client: Client, run: SimRun) -> None:
    """Calls urgent all that it asks for, and gives nothing."""
    doorstep: Any = client.doorstep
    reach = doorstep.reach

    async def reach_and_hurry(*whom: Any) -> Any:
        source = await reach(*whom)
        ask = source.ask
        source.ask = lambda first, count, urgency=2, deadline_ms=None: ask(first, count, 0)
        return source

    doorstep.reach = reach_and_hurry


def trickling(rate: float) -> Callable[[PeerParts, SimRun], None]:
    """Sends so many bytes a second."""
    return lambda parts, run: _bend(parts, lambda stream: _Trickling(stream, parts.node.reactor, rate))


def spoil_all(offset: int, content: bytes) -> bytes:
    """Every byte is another."""
    return content.translate(_OTHERS)


def spoil_last(offset: int, content: bytes) -> bytes:
    """The last byte of every unit is another; all who do so send the same."""
    spoilt = bytearray(content)
    for at in range(UNIT - 1 - offset % UNIT, len(content), UNIT):
        spoilt[at] ^= 1
    return bytes(spoilt)


def spoil_some(part: float) -> Spoil:
    """Some units are others, the same for all who do so."""

    def spoil(offset: int, content: bytes) -> bytes:
        pieces = []
        for at in range(0, len(content), UNIT):
            piece = content[at : at + UNIT]
            is_spoilt = Random((offset + at) // UNIT).random() < part
            pieces.append(piece.translate(_OTHERS) if is_spoilt else piece)
        return b"".join(pieces)

    return spoil


def _bend(parts: PeerParts, bent: Callable[[Any], Any]) -> None:
    node: Any = parts.node
    honest = node.open_key
    node.open_key = lambda key: honest(key).addCallback(bent)


class _Bent(proxyForInterface(IStream)):  # type: ignore[misc]
    """All of a stream, but for what is changed; it lies in no file."""

    def spans(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        return []


class _Spoiling(_Bent):
    def __init__(self, original: Any, spoil: Spoil) -> None:
        super().__init__(original)
        self._spoil = spoil

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        reading: Deferred[int] = self.original.read_to(_Spoiler(consumer, start, self._spoil), start, stop)
        return reading


class _Silent(_Bent):
    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        return Deferred()


class _Late(_Bent):
    def __init__(self, original: Any, clock: IReactorTime, seconds: float) -> None:
        super().__init__(original)
        self._clock = clock
        self._seconds = seconds

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        return deferLater(self._clock, self._seconds, self.original.read_to, consumer, start, stop)


class _Trickling(_Bent):
    def __init__(self, original: Any, clock: IReactorTime, rate: float) -> None:
        super().__init__(original)
        self._clock = clock
        self._rate = rate

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        return Deferred.fromCoroutine(self._trickle(consumer, start, stop or self.length))

    async def _trickle(self, consumer: IConsumer, start: int, stop: int) -> int:
        step = max(1, int(self._rate))
        for at in range(start, stop, step):
            await deferLater(self._clock, 1.0)
            await self.original.read_to(consumer, at, min(stop, at + step))
        return stop - start


@implementer(IConsumer)
class _Spoiler:
    """Passes bytes on, spoilt; whole units at a time."""

    def __init__(self, consumer: Any, start: int, spoil: Spoil) -> None:
        self._consumer = consumer
        self._at = start
        self._spoil = spoil

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self._consumer.registerProducer(producer, streaming)

    def unregisterProducer(self) -> None:
        self._consumer.unregisterProducer()

    def write(self, data: bytes) -> None:
        at, self._at = self._at, self._at + len(data)
        self._consumer.write(self._spoil(at, data))
