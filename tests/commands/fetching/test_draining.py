"""Reading a film for nobody."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.fetching.draining import drain
from p2pstream.data.store import Store
from p2pstream.errors import NoSource
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import prove, proven_film
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.commands.opened import Opened

FILM = proven_film(200_000)


class DrainTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A film of which nothing is here."""
        store = Store(MemoryDisk(), InlineWorkers(), HeapClock())
        self.stream: Any = Opened(self.successResultOf(store.open(FILM.key)))
        prove(self.stream.data, FILM)
        self.draining = Deferred.fromCoroutine(drain(self.stream))

    def test_to_the_end(self) -> None:
        """It ends when the last byte was read, though the whole may never be here."""
        self.assertEqual([cursor.kind for cursor in self.stream.data.cursors], ["read"])
        self.successResultOf(self.stream.data.put_units(0, FILM.units(0, FILM.key.units)))
        self.successResultOf(self.draining)
        self.assertEqual(list(self.stream.data.cursors), [])
        self.assertFalse(self.stream.done.called)

    def test_nobody_left(self) -> None:
        """When no more comes it fails, and says why."""
        self.stream.done.errback(NoSource("nobody has it"))
        self.assertIn("nobody", str(self.failureResultOf(self.draining, NoSource).value))
        self.failureResultOf(self.stream.done)
