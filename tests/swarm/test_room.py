"""A download into a store that has no room for all of it."""

from __future__ import annotations

from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.swarm.test_proven import A, ProvenTestCase


class RoomTests(ProvenTestCase):
    def test_no_more_than_there_is_room_for(self) -> None:
        """What the store has no room for is not asked for, until the reader has come nearer."""
        self.store = Store(MemoryDisk(), InlineWorkers(), HeapClock(), 20 * UNIT)
        self.stream = self.successResultOf(self.store.open(self.film.key))
        self.start()
        cursor = self.stream.cursor(0, "play")
        peer = self.peer(A)
        done = self.run_to(A)
        self.all_step(done, 100)
        wanted = list(self.stream.wanted)
        self.assertEqual((list(self.stream.units), peer.sent), (wanted, wanted[0][1]))
        self.assertEqual(self.heard.named("storage_refused"), [])
        cursor.move(20 * UNIT)
        self.all_step(done, 100)
        (last,) = self.stream.wanted
        self.assertTrue(self.stream.units.covers(*last))
        self.assertEqual(peer.sent, 26)
        self.assertLessEqual(self.stream.units.total, 20)
        self.give_up(done)
