"""Where bytes of a store lie, and how long they stay there for who sends them."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import TestCase

from p2pstream.content.units import UNIT
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.testing.bytes.spans import HeldSpansContract
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import film_of, prove, proven_film
from p2pstream.testing.workers import InlineWorkers


class StoredSpansTests(HeldSpansContract, TestCase):
    """Those of a store on a real disk, that has room for one unit."""

    content = proven_film(UNIT).content

    async def make_spans(self, content: bytes) -> Any:
        """See `SpansContract`."""
        disk = StateFolder(self.mktemp())
        self.addCleanup(disk.close)
        self.store = Store(disk, InlineWorkers(), HeapClock(), quota=UNIT)
        self.addCleanup(lambda: self.store.close())
        stream = await self.store.open(film_of(content).key)
        prove(stream, film_of(content))
        await stream.put_units(0, memoryview(content))
        return stream

    async def give_up(self, data: Any) -> None:
        """Another film wants the only room, and has it as soon as it may."""
        data.cursor(UNIT, "play")
        film = proven_film(UNIT, seed=1)
        other = await self.store.open(film.key)
        prove(other, film)
        other.cursor(0, "play")
        putting = other.put_units(0, memoryview(film.content))
        self.assertFalse(putting.called)
        self.addCleanup(lambda: putting)
