"""Peers in memory that answer, lie, refuse or keep silent, one step at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.errors import Refused, SourceLost
from p2pstream.interfaces import IUnitListener, IUnitSource
from p2pstream.testing.proven import ProvenFilm

__all__ = ["MemoryPeer"]


@implementer(IUnitSource)
class MemoryPeer:
    """A peer that has some units of a film; what it is asked for waits for `step`."""

    ranged = proofs = True

    def __init__(self, address: Address, film: ProvenFilm, units: Ranges | None = None) -> None:
        self.address = str(address)
        self.film = film
        self.key = film.key
        self.units = Ranges([(0, film.key.units)]) if units is None else units
        self.credit = 256
        self.closed = False
        #: What it makes of the bytes that it sends, and of the hashes.
        self.spoil: Callable[[bytearray], None] = lambda run: None
        self.spoil_hashes: Callable[[bytearray], None] = lambda nodes: None
        #: The most hashes that it tells in one page.
        self.widest = 512
        self.pages: list[tuple[int, int, int, int]] = []
        self.spoilt_units: list[int] = []
        self.asked: deque[int] = deque()
        self.sent = 0
        self._listener: Any = None

    @property
    def room(self) -> int:
        """What its credit leaves."""
        return self.credit - len(self.asked)

    def listen(self, listener: IUnitListener) -> None:
        """As `IUnitSource` says."""
        self._listener = listener

    def ask(self, first: int, count: int, urgency: int = 2, deadline_ms: int | None = None) -> None:
        """Noted; what breaks the interface is a bug of whoever asks."""
        units = range(first, first + count)
        assert 0 < count <= self.room and not self.closed, (count, self.room)
        assert self.units.covers(first, first + count) and not set(units) & set(self.asked), units
        self.asked.extend(units)

    def cancel(self, first: int, count: int) -> None:
        """Refuse what is not begun."""
        for unit in range(first, first + count):
            if unit in self.asked:
                self.refuse(unit, 20)

    def ask_hashes(self, layer: int, first: int, count: int, uncles: int) -> Deferred[tuple[bytes, bytes]]:
        """Told at once, as it is told before the units that follow."""
        self.pages.append((layer, first, count, uncles))
        if count > self.widest:
            return fail(Refused("ask for less", 8))
        nodes, above = self.film.tree.page(layer, first, count, uncles)
        told = bytearray(nodes)
        self.spoil_hashes(told)
        return succeed((bytes(told), above))

    def spoilt(self, first: int, reason: str) -> None:
        """It was caught."""
        self.spoilt_units.append(first)
        self.lose("it was caught lying")

    def close(self) -> None:
        """As `ISource` says."""
        self.closed = True

    def request(self, consumer: Any, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """Nobody asks for bytes what can be asked for units."""
        raise NotImplementedError

    def step(self, most: int = 16) -> int:
        """Send one run of what it was asked for; how many units."""
        if not self.asked or self.closed:
            return 0
        first, count = self.asked.popleft(), 1
        while self.asked and self.asked[0] == first + count and count < most:
            self.asked.popleft()
            count += 1
        content = bytearray(self.film.units(first, first + count))
        self.spoil(content)
        run = self._listener.lend(self, first, count)
        if run is None:
            return count
        run[:] = content
        self.sent += count
        self._listener.arrived(self, first, count, run)
        return count

    def refuse(self, unit: int, code: int) -> None:
        """It will not send this one."""
        self.asked.remove(unit)
        self._listener.refused(self, unit, 1, code)

    def has(self, units: Ranges) -> None:
        """It says that it has these now."""
        self.units = units
        self._listener.changed(self)

    def lose(self, why: str | Exception = "the connection was reset") -> None:
        """It is gone."""
        if not self.closed:
            self.closed = True
            self.asked.clear()
            self._listener.lost(self, Failure(SourceLost(why) if isinstance(why, str) else why))
