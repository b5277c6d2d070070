"""What other programs of this user fetched is announced and served."""

from __future__ import annotations

import errno
from typing import Any

from p2pstream.content.listed import ALL
from p2pstream.content.units import UNIT
from p2pstream.data.store.reader import StoreReader
from p2pstream.peer.fetching.stored import Stored
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.faults import FaultyDisk
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(9 * UNIT + 1234)


class StoredTests(StoreTestCase):
    def setUp(self) -> None:
        """A store that is looked at."""
        super().setUp()
        self.events = HeardEvents()
        self.faulty: Any = FaultyDisk(self.disk)
        means = Means(self.clock, self.events, self.workers, limits=FEW)
        self.stored = Stored(means, StoreReader(self.faulty, self.workers, self.clock, FEW))
        self.changes = 0
        self.stored.changed = self.note
        self.addCleanup(self.stored.stop)

    def note(self) -> None:
        """As an announcer would."""
        self.changes += 1

    def test_how_much(self) -> None:
        """What is there in part is never said to be there as a whole, nor the other way round."""
        self.stored.start()
        store = self.store()
        stream = self.filled(store, FILM)
        seen = []
        for first, stop in ((0, 0), (0, 1), (1, 5), (5, 9), (9, 10)):
            if stop:
                self.put(stream, FILM, first, stop)
            self.clock.advance(FEW.store_checkpoint_s + FEW.store_look_s)
            seen.append(list(map(self.stored.have, self.stored.keys())))
        self.assertEqual(seen, [[], [25], [127], [229], [ALL]])
        self.assertEqual(self.changes, 4)

    def test_goes(self) -> None:
        """What is moved out is gone at the next look."""
        store = self.store()
        self.filled(store, FILM, (0, 10))
        self.clock.advance(FEW.store_checkpoint_s)
        self.stored.start()
        self.assertEqual((list(self.stored.keys()), self.changes), ([FILM.key], 1))
        self.now(store.release(FILM.key, "/film"))
        self.clock.advance(FEW.store_look_s)
        self.assertEqual((list(self.stored.keys()), self.changes), ([], 2))

    def test_F03_disk_refuses(self) -> None:
        """It is said once, and looked at again; so each time it begins anew."""
        self.faulty.fails = lambda number, call: errno.EIO
        self.stored.start()
        self.clock.advance(3 * FEW.store_look_s)
        self.assertEqual(len(self.events.named("state_refused")), 1)
        self.faulty.fails = lambda number, call: None
        self.clock.advance(FEW.store_look_s)
        self.faulty.fails = lambda number, call: errno.EIO
        self.clock.advance(FEW.store_look_s)
        self.assertEqual(len(self.events.named("state_refused")), 2)

    def test_quiet(self) -> None:
        """Where nothing is new for minutes looks are rare; what is new is still seen, and followed again."""
        self.stored.start()
        self.clock.advance(300.0)
        store = self.store()
        stream = self.filled(store, FILM, (0, 1))
        self.clock.advance(FEW.store_checkpoint_s + FEW.store_look_most_s)
        self.assertEqual(self.changes, 1)
        self.put(stream, FILM, 1, 10)
        self.clock.advance(FEW.store_checkpoint_s + FEW.store_look_most_s * FEW.look_part)
        self.assertEqual(list(map(self.stored.have, self.stored.keys())), [ALL])

    def test_stop(self) -> None:
        """Nothing is looked at any more."""
        self.stored.start()
        self.now(self.stored.stop())
        self.now(self.stored.stop())
        self.assertEqual((self.clock.getDelayedCalls(), self.stored.keys()), ([], []))
