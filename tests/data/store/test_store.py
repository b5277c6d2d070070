"""The store: what is found again, who makes room, and how a stream leaves."""

from __future__ import annotations

import errno
from dataclasses import replace

from twisted.internet.defer import CancelledError, Deferred
from zope.interface.verify import verifyObject

from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.errors import ReadStopped, SessionError, StorageError
from p2pstream.interfaces import IStore
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import HeldWorkers
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(9 * UNIT + 1234)
OTHER = proven_film(4 * UNIT, seed=1)
THIRD = proven_film(3 * UNIT, seed=2)


class RestartTests(StoreTestCase):
    """What another process finds."""

    def test_provides_store(self) -> None:
        """It has all that the interface promises."""
        self.assertTrue(verifyObject(IStore, self.store()))

    def test_closed(self) -> None:
        """All that was put is there, and its hashes; nothing is fetched again."""
        store = self.store()
        self.filled(store, FILM, (0, 3), (7, 10))
        self.now(store.close())
        store = self.store()
        self.now(store.ready())
        self.assertEqual(list(store.keys()), [FILM.key])
        stream = self.opened(store, FILM.key)
        self.assertEqual(self.units(stream), [(0, 3), (7, 10)])
        self.assertIsNone(stream.needs(0, 10))
        self.assertEqual(self.content(stream, 7 * UNIT - 0, None), FILM.content[7 * UNIT :])

    def test_F02_killed(self) -> None:
        """What a killed process wrote since the last checkpoint is found good, and not fetched again."""
        self.filled(self.store(), FILM, (0, 3), (5, 10))
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 3), (5, 10)])

    def test_F02_killed_while_writing(self) -> None:
        """A unit that was written in part is not there."""
        self.filled(self.store(), FILM, (0, 4))
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        self.disk.open(path).pwrite(2 * UNIT + 100, bytes(500))
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 2), (3, 4)])

    def test_looked_at_before_it_is_served(self) -> None:
        """What an earlier process proved is hashed once before it is handed out."""
        store = self.store()
        self.filled(store, FILM, (0, 10))
        self.now(store.close())
        stream = self.opened(self.store(), FILM.key)
        self.assertEqual((self.units(stream), list(stream.stored.keeping.stock.ready)), ([(0, 10)], []))
        self.content(stream, 5, UNIT)
        self.assertEqual(list(stream.stored.keeping.stock.ready), [(0, 1)])
        self.now(stream.hashes(0, 8, 8, 1))
        self.assertEqual(list(stream.stored.keeping.stock.ready), [(0, 1), (2, 4)])

    def test_checkpoints(self) -> None:
        """They come a few seconds after a write, and then no more."""
        stream = self.filled(self.store(), FILM, (0, 1))
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(FEW.store_checkpoint_s - 0.01)
        self.assertEqual(list(stream.stored.keeping.stock.claimed), [])
        self.clock.advance(0.02)
        self.assertEqual(list(stream.stored.keeping.stock.claimed), [(0, 1)])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_nothing_is_left_of_nothing(self) -> None:
        """A stream of which nothing came leaves no files."""
        store = self.store()
        stream = self.filled(store, FILM)
        stream.close()
        self.assertEqual((self.disk.files, list(store.keys())), ({}, []))

    def test_too_long(self) -> None:
        """At the bound it is taken, and costs no room; one byte more is refused in words."""
        store = self.store()
        store._limits = replace(FEW, store_stream_bytes=10 * UNIT)
        self.opened(store, FileKey(b"r" * 32, 10 * UNIT)).close()
        failure = self.failureResultOf(store.open(FileKey(b"r" * 32, 10 * UNIT + 1)), StorageError)
        self.assertIn("more than the store takes", failure.getErrorMessage())

    def test_longest_costs_nothing(self) -> None:
        """The longest stream there may be takes neither memory nor room when it is opened."""
        stream = self.opened(self.store(), FileKey(b"r" * 32, UNIT << 12))
        self.assertEqual((self.units(stream), stream.needs(0, 1) is not None), ([], True))


class UserTests(StoreTestCase):
    """One object per key, and many who use it."""

    def test_one_object(self) -> None:
        """Whoever opens a key gets the same, until the last one closes it."""
        store = self.store()
        one, two = self.filled(store, FILM, (0, 1)), self.opened(store, FILM.key)
        self.assertIs(one.stored, two.stored)
        one.close()
        one.close()
        self.put(two, FILM, 1, 2)
        two.close()
        self.failureResultOf(two.put_units(2, FILM.units(2, 3)), SessionError)
        self.failureResultOf(two.read_to(CollectingConsumer(), 0, 5), ReadStopped)
        self.assertEqual(self.units(self.opened(store, FILM.key)), [(0, 2)])

    def test_opened_while_it_ends(self) -> None:
        """Whoever comes while it is being closed waits for that, and finds all of it."""
        self.filled(store := self.store(), FILM, (0, 3))
        self.now(store.close())
        self.workers = HeldWorkers()
        store = self.store()
        opening = store.open(FILM.key)
        self.workers.flush()
        self.now(opening).close()
        again = store.open(FILM.key)
        self.assertFalse(again.called)
        self.workers.flush()
        self.assertEqual(self.units(self.now(again)), [(0, 3)])

    def test_opened_for_nobody(self) -> None:
        """Who gives up before it is open leaves no user behind: the others may end it, or the store does."""
        self.workers = HeldWorkers()
        store = self.store()
        opening, other = store.open(FILM.key, pinned=True), store.open(FILM.key)
        opening.cancel()
        self.failureResultOf(opening, CancelledError)
        self.workers.flush()
        stream = self.now(other)
        self.assertEqual(stream.stored.users, 1)
        stream.close()
        self.workers.flush()
        self.assertEqual(store._streams, {})

    def test_cancelled(self) -> None:
        """Cancelling a put drops the answer; what was begun is brought to its end."""
        store = self.store()
        stream = self.filled(store, FILM)
        self.workers = self.held(stream)
        putting = stream.put_units(0, FILM.units(0, 2))
        putting.cancel()
        self.failureResultOf(putting)
        self.workers.flush()
        self.assertEqual(self.units(stream), [(0, 2)])

    def test_the_same_unit_twice_at_once(self) -> None:
        """Two sources send one unit: it is written once, and never while somebody may read it."""
        stream = self.filled(self.store(), FILM)
        workers = self.held(stream)
        bad = memoryview(bytes(2 * UNIT))
        told: list[Deferred[list[bool]]] = [
            stream.put_units(first, run)
            for first, run in ((0, FILM.units(0, 2)), (1, FILM.units(1, 3)), (0, bad))
        ]
        self.assertEqual(len(workers), 1)
        workers.flush()
        self.assertEqual([self.now(each) for each in told], [[True, True], [True, True], [False, False]])
        consumer = CollectingConsumer()
        reading = stream.read_to(consumer, 0, 3 * UNIT)
        workers.flush()
        self.assertEqual((self.now(reading), bytes(consumer.collected)), (3 * UNIT, FILM.content[: 3 * UNIT]))

    def test_written_once(self) -> None:
        """A unit that came twice at once is proven twice and written once."""
        self.disk = FaultyDisk(self.disk)
        stream = self.filled(self.store(), FILM)
        workers = self.held(stream)
        told = [stream.put_units(0, FILM.units(0, 2)) for _ in range(2)]
        # The units, then what proves them.
        workers.step(2)
        before = self.disk.calls.count("pwrite")
        workers.flush()
        self.assertEqual([self.now(each) for each in told], [[True, True]] * 2)
        self.assertEqual(self.disk.calls.count("pwrite"), before)

    def test_here_before_its_proof_is_on_the_disk(self) -> None:
        """A reader gets a unit as soon as that is written; then its hashes are."""
        self.disk = FaultyDisk(self.disk)
        stream = self.filled(self.store(), FILM)
        workers = self.held(stream)
        putting = stream.put_units(0, FILM.units(0, 2))
        workers.step()
        self.assertTrue(stream.units.covers(0, 2))
        self.assertEqual(self.disk.calls.count("pwrite"), 2)
        self.assertNoResult(putting)
        workers.flush()
        self.assertEqual(self.now(putting), [True, True])
        self.assertGreater(self.disk.calls.count("pwrite"), 2)


class QuotaTests(StoreTestCase):
    """Who has to go."""

    def test_least_recently_used(self) -> None:
        """Whole streams go that nobody uses, the least recently used first, also after a restart."""
        store = self.store()
        for film in (OTHER, THIRD, OTHER):
            self.filled(store, film, (0, 3)).close()
        self.now(store.close())
        store = self.store(quota=9 * UNIT)
        self.filled(store, FILM, (0, 4))
        self.assertEqual(list(store.keys()), [OTHER.key, FILM.key])
        self.assertEqual(self.units(self.opened(store, OTHER.key)), [(0, 3)])

    def test_full(self) -> None:
        """Where nothing can go it is said; what is here stays, and the quota holds."""
        store = self.store(quota=UNIT)
        stream = self.filled(store, FILM, (0, 1))
        failure = self.failureResultOf(stream.put_units(1, FILM.units(1, 2)), StorageError)
        self.assertIn("the store is full", failure.getErrorMessage())
        self.assertEqual((self.units(stream), store._quota.used), ([(0, 1)], UNIT))
        self.put(stream, FILM, 0, 1)

    def test_behind_readers(self) -> None:
        """Inside a file that is open, what lies well behind every reader goes; others are told."""
        store = self.store(quota=6 * UNIT)
        stream = self.filled(store, FILM, (0, 6))
        seen: list[list[tuple[int, int]]] = []
        stream.watch(lambda: seen.append(self.units(stream)))
        near, far = stream.cursor(4 * UNIT, "play"), stream.cursor(5 * UNIT, "read")
        self.put(stream, FILM, 6, 7)
        self.assertEqual(seen, [[(1, 6)], [(1, 7)]])
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        self.assertEqual(self.disk.open(path).pread(0, 2 * UNIT), bytes(UNIT) + FILM.content[UNIT : 2 * UNIT])
        near.close()
        far.close()
        self.put(stream, FILM, 7, 8)
        self.assertEqual(self.units(stream), [(1, 6), (7, 8)])

    def test_order_of_eviction(self) -> None:
        """The claim goes first, then others are told, and the room when nobody holds it any more."""
        store = self.store(quota=4 * UNIT)
        stream = self.filled(store, FILM, (0, 4))
        self.clock.advance(10)
        stream.cursor(4 * UNIT, "play")
        let_go = stream.hold(0, 4 * UNIT)
        putting = stream.put_units(4, FILM.units(4, 5))
        self.assertFalse(putting.called)
        self.assertEqual(
            (self.units(stream), list(stream.stored.keeping.stock.claimed)), ([(1, 4)], [(1, 4)])
        )
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        self.assertEqual(self.disk.open(path).pread(0, UNIT), FILM.content[:UNIT])
        let_go()
        self.assertEqual(self.now(putting), [True])
        self.assertEqual(self.disk.open(path).pread(0, UNIT), bytes(UNIT))

    def test_asked_for_again(self) -> None:
        """What was given up may come again; a reader of it waits."""
        store = self.store(quota=4 * UNIT)
        stream = self.filled(store, FILM, (0, 4))
        cursor = stream.cursor(4 * UNIT, "play")
        self.put(stream, FILM, 4, 5)
        consumer = CollectingConsumer()
        reading = stream.read_to(consumer, 0, UNIT)
        self.assertFalse(reading.called)
        cursor.move(9 * UNIT)
        self.put(stream, FILM, 0, 1)
        self.assertEqual((self.now(reading), bytes(consumer.collected)), (UNIT, FILM.content[:UNIT]))

    def test_room_ahead(self) -> None:
        """Room is had for what follows, as far as the bound, the quota and the stream go."""
        self.filled(self.store(), FILM, (0, 2), (2, 3), (4, 6), (3, 4), (6, 7))
        self.assertEqual([each for each in self.disk.allocated if each[1]][:1], [(0, 4 * UNIT)])
        self.assertTrue(all(length <= FEW.store_ahead_bytes for _, length in self.disk.allocated))
        self.disk.allocated.clear()
        self.filled(self.store(quota=3 * UNIT), OTHER, (0, 2))
        self.assertEqual([each for each in self.disk.allocated if each[1]], [])

    def test_defaults(self) -> None:
        """64 MiB ahead, and no more."""
        self.assertEqual(LIMITS.store_ahead_bytes, 64 << 20)


class ReleaseTests(StoreTestCase):
    """How a stream leaves."""

    def test_open_or_not(self) -> None:
        """A complete one moves to the user; who has it open reads on, and gives it on."""
        store = self.store()
        stream = self.filled(store, FILM, (0, 10))
        told: list[list[tuple[int, int]]] = []
        stream.watch(lambda: told.append(self.units(stream)))
        self.now(store.release(FILM.key, "/home/film"))
        self.assertEqual(self.disk.released["/home/film"], FILM.content)
        self.assertEqual((told, list(store.keys()), store._quota.used), ([[(0, 10)]], [], 0))
        self.assertEqual(self.content(stream), FILM.content)
        self.now(stream.hashes(0, 0, 4, 0))
        another = self.opened(store, FILM.key)
        self.assertEqual(self.units(another), [])
        another.close()
        self.clock.advance(10)
        stream.close()
        self.assertEqual(self.disk.files, {})
        self.filled(store, OTHER, (0, 4)).close()
        self.now(store.release(OTHER.key, "/home/other"))
        self.assertEqual((self.disk.released["/home/other"], self.disk.files), (OTHER.content, {}))

    def test_incomplete(self) -> None:
        """What is missing is said, and nothing leaves."""
        store = self.store()
        stream = self.filled(store, FILM, (0, 9))
        failure = self.failureResultOf(store.release(FILM.key, "/home/film"), StorageError)
        self.assertIn("1 unit", failure.getErrorMessage())
        self.failureResultOf(store.release(OTHER.key, "/home/film"), StorageError)
        self.put(stream, FILM, 9, 10)
        self.now(store.release(FILM.key, "/home/film"))

    def test_F02_killed_while_it_leaves(self) -> None:
        """Whoever is killed while the bytes are copied out has all of them when it is opened again."""
        store = self.store()
        self.filled(store, FILM, (0, 10))
        self.now(store.close())
        disk = FaultyDisk(self.disk)
        disk.fails = lambda number, call: errno.EIO if "release" in disk.calls else None
        store = self.store(disk=disk)
        self.failureResultOf(store.release(FILM.key, "/home/film"))
        self.assertEqual(self.units(self.opened(self.store(), FILM.key)), [(0, 10)])

    def test_damaged(self) -> None:
        """A unit that rotted since an earlier process is found before the user gets it."""
        store = self.store()
        self.filled(store, FILM, (0, 10))
        self.now(store.close())
        (path,) = (path for path in self.disk.files if path.endswith(".data"))
        self.disk.open(path).pwrite(3 * UNIT, b"!")
        store = self.store()
        self.failureResultOf(store.release(FILM.key, "/home/film"), StorageError)
        stream = self.opened(store, FILM.key)
        self.assertEqual(self.units(stream), [(0, 3), (4, 10)])
        self.put(stream, FILM, 3, 4)
        self.now(store.release(FILM.key, "/home/film"))
        self.assertEqual(self.disk.released["/home/film"], FILM.content)
