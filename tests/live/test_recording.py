"""What a broadcast becomes when it ends."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.data.live import LiveData
from p2pstream.data.store import Store
from p2pstream.data.store.reader import StoreReader
from p2pstream.errors import BadProof, StorageError
from p2pstream.live.recording import keep_film, keep_left
from p2pstream.live.reopening import reopen
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.workers import InlineWorkers
from tests.live.casts import KEY, Cast


class FilmTests(SynchronousTestCase):
    """One film, seekable from its start."""

    def ended(self, watching: bool = False) -> tuple[Cast, FileKey]:
        """A broadcast of three seconds and a bit."""
        cast = Cast()
        cast.run(0.2)
        if watching:
            self.watcher = cast.watch(1)
        cast.run(3.0)
        ended = cast.source.end()
        cast.run(3.0, feed=False)
        return cast, self.successResultOf(ended)

    def store(self, cast: Cast) -> Store:
        """On the source's disk."""
        return Store(cast.disk, InlineWorkers(), HeapClock())

    def test_the_source_has_a_film(self) -> None:
        """Its key is that of the bytes; nothing was read, and each unit holds when it is."""
        cast, key = self.ended()
        self.assertEqual(key, Tree.of_leaves(len(cast.fed), leaf_hashes(cast.fed)).key)
        store = self.store(cast)
        kept = keep_film(cast.source.data, key, cast.disk, InlineWorkers(), store)
        self.assertTrue(self.successResultOf(kept))
        self.assertEqual(list(store.keys()), [key])
        stream = self.successResultOf(store.open(key))
        self.assertTrue(stream.complete)
        consumer = CollectingConsumer()
        self.successResultOf(stream.read_to(consumer))
        self.assertEqual(bytes(consumer.collected), cast.fed)

    def test_after_a_restart(self) -> None:
        """A new process finds it whole."""
        cast, key = self.ended()
        self.successResultOf(keep_film(cast.source.data, key, cast.disk, InlineWorkers(), self.store(cast)))
        store = self.store(cast)
        self.successResultOf(store.ready())
        stream = self.successResultOf(store.open(key))
        self.assertEqual(list(stream.units), [(0, key.units)])

    def test_in_the_store_before(self) -> None:
        """The same film makes room; where it is open elsewhere, the broadcast stays where it is."""
        cast, key = self.ended()
        store, other = self.store(cast), self.store(cast)
        stream = self.successResultOf(other.open(key))
        kept = keep_film(cast.source.data, key, cast.disk, InlineWorkers(), store)
        self.assertIn("another program", str(self.failureResultOf(kept, StorageError).value))
        stream.close()
        self.successResultOf(other.close())
        left = keep_left(cast.source.data.key, cast.disk, InlineWorkers(), store)
        self.assertEqual((self.successResultOf(left), list(store.keys())), (key, [key]))
        again, _ = self.ended()
        again.disk.files.update({at: file for at, file in cast.disk.files.items() if at.startswith("store/")})
        store = self.store(again)
        kept = keep_film(again.source.data, key, again.disk, InlineWorkers(), store)
        self.assertTrue(self.successResultOf(kept))
        self.assertTrue(self.successResultOf(store.open(key)).complete)

    def test_a_peer_gives_it(self) -> None:
        """A program that only reads the store, beside the one that keeps it, has all of it to give."""
        cast, key = self.ended()
        self.successResultOf(keep_film(cast.source.data, key, cast.disk, InlineWorkers(), self.store(cast)))
        reader = StoreReader(cast.disk, InlineWorkers(), HeapClock())
        self.successResultOf(reader.look())
        self.assertEqual(list(reader.keys()), [key])
        stream, consumer = self.successResultOf(reader.open(key)), CollectingConsumer()
        self.successResultOf(stream.read_to(consumer))
        self.assertEqual(bytes(consumer.collected), cast.fed)

    def test_killed_at_its_end(self) -> None:
        """What was over is a film the next time; the window that it was goes, and it is asked for once."""
        cast, key = self.ended()
        store = self.store(cast)
        left = keep_left(cast.source.data.key, cast.disk, InlineWorkers(), store)
        self.assertEqual((self.successResultOf(left), list(store.keys())), (key, [key]))
        self.assertIsNone(self.successResultOf(keep_left(KEY, cast.disk, InlineWorkers(), store)))
        data = LiveData(KEY, cast.disk, InlineWorkers(), 600.0)
        self.assertEqual(self.successResultOf(reopen(data, cast.disk, InlineWorkers())), (2, None))
        self.assertEqual([path for path in cast.disk.files if path.startswith("live/")], [])

    def test_killed_before(self) -> None:
        """What goes on is no film, nor what has lost bytes."""
        cast = Cast()
        self.assertIsNone(self.successResultOf(keep_left(KEY, cast.disk, InlineWorkers(), self.store(cast))))
        cast.run(1.0)
        self.assertIsNone(self.successResultOf(keep_left(KEY, cast.disk, InlineWorkers(), self.store(cast))))
        cast, key = self.ended()
        cast.disk.open(next(path for path in cast.disk.files if path.endswith("/data"))).resize(
            key.length - 1
        )
        self.assertIsNone(self.successResultOf(keep_left(KEY, cast.disk, InlineWorkers(), self.store(cast))))

    def test_what_was_not_kept_is_no_film(self) -> None:
        """A viewer who came late has none; nor does a window that moved on."""
        cast, key = self.ended(watching=True)
        data: LiveData = self.watcher.data
        self.assertEqual(data.length, key.length)
        kept = keep_film(data, key, cast.disk, InlineWorkers(), self.store(cast))
        self.assertEqual(self.successResultOf(kept), data.have.covers(0, key.length))

    def test_other_leaves(self) -> None:
        """Are not taken in, and what there was stays where it was."""
        cast, key = self.ended()
        store, paths = self.store(cast), set(cast.disk.files)
        path = next(path for path in paths if path.endswith("/data"))
        self.failureResultOf(store.adopt(key, path, bytes(32 * key.leaves)), BadProof)
        self.assertEqual(set(cast.disk.files), paths)
        self.assertEqual(list(store.keys()), [])
