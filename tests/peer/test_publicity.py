"""From a file in a folder to what a central knows."""

from __future__ import annotations

import errno

from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import read_record
from p2pstream.data.state import seal
from p2pstream.data.store import Store
from p2pstream.errors import NotShared
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import pattern
from p2pstream.testing.proofs.proven import film_of, prove
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.state.faults import FaultyDisk
from p2pstream.testing.workers import InlineWorkers
from tests.peer.folder_peer import Peer, PublicityTestCase


class ListedTests(PublicityTestCase):
    def test_listed(self) -> None:
        """A folder's films are known by key and by name, in one breath."""
        self.put("film.mp4")
        self.put("other.txt", 5)
        self.put("film.en.vtt", 7)
        peer = self.run_peer()
        self.assertEqual(set(self.listed(peer)), {"film.mp4", "other.txt", "film.en.vtt"})
        self.assertEqual(peer.line.keys, set(self.listed(peer).values()))
        self.assertEqual(len(peer.events.named("listed")), 1)

    def test_comes_and_goes(self) -> None:
        """A file that comes is listed within seconds, and one that goes is listed no more."""
        peer = self.run_peer()
        self.put("film")
        self.wait(3)
        (key,) = peer.line.keys
        self.assertEqual(self.listed(peer), {"film": key})
        (self.folder / "film").unlink()
        self.wait(2)
        self.assertEqual(peer.line.keys, set())
        self.wait(LIMITS.book_grace_s)
        self.assertEqual(self.listed(peer), {"film": None})

    def test_F08_replaced(self) -> None:
        """Another film under the name: the old key goes at once, the name is never withdrawn."""
        self.put("film")
        peer = self.run_peer()
        (old,) = peer.line.keys
        self.put("film", 300_000)
        self.wait(3)
        (new,) = peer.line.keys
        self.assertNotEqual(old, new)
        self.assertEqual(self.listed(peer), {"film": new})
        self.assertNotIn(None, [read_record(raw, self.wall_ns() // 10**6).key for raw in peer.line.records])

    def test_one_film_two_names(self) -> None:
        """The key stays until the last of its names goes."""
        self.put("a")
        self.put("b")
        peer = self.run_peer()
        (key,) = peer.line.keys
        (self.folder / "a").unlink()
        self.wait(2 + LIMITS.book_grace_s)
        self.assertEqual((peer.line.keys, self.listed(peer)), ({key}, {"a": None, "b": key}))

    def test_forgotten(self) -> None:
        """The hashes of a file that went or was replaced are kept no more, unless another has its key."""
        for name, size in (("a", 100_000), ("b", 100_000), ("c", 200_000), ("d", 300_000), ("e", 10)):
            self.put(name, size)
        peer = self.run_peer()
        self.assertEqual(len(self.disk.names("trees")), 4)
        for name in ("a", "d"):
            (self.folder / name).unlink()
        self.put("c", 400_000)
        self.wait(2 + LIMITS.book_grace_s)
        kept = {FileKey(key.root, key.length) for key in peer.line.keys}
        self.assertEqual({key.length for key in kept}, {10, 100_000, 400_000})
        self.assertEqual(len(self.disk.names("trees")), 3)
        # The same film is back: what proves it is found out when it is asked for.
        self.put("d", 300_000)
        self.wait(3)
        (key,) = (key for key in peer.line.keys if key.length == 300_000)
        self.assertEqual(self.successResultOf(peer.streams.open(key)).units.total, key.units)

    def test_F07_the_folder_goes(self) -> None:
        """Of a share that is gone as a whole everything is kept: it may only be unmounted."""
        self.put("film")
        self.put("other", 10)
        peer = self.run_peer()
        away = self.folder.with_name("away")
        self.folder.rename(away)
        self.wait(3 + LIMITS.book_grace_s)
        self.assertEqual((peer.line.keys, len(self.disk.names("trees"))), (set(), 2))
        away.rename(self.folder)
        self.wait(3)
        self.assertEqual(len(peer.line.keys), 2)

    def test_names_that_would_expire(self) -> None:
        """Are looked for so long after the last time, and not sooner."""
        peer, looked = self.run_peer(), list[float]()

        def renew() -> bool:
            looked.append(self.reactor.seconds())
            return False

        self.patch(peer.book, "renew", renew)
        for _ in range(2):
            before = len(looked)
            self.reactor.advance(LIMITS.book_renew_s - 0.2)
            self.assertEqual(len(looked), before)
            self.reactor.advance(0.3)
            self.assertEqual(len(looked), before + 1)

    def test_stop(self) -> None:
        """Claims are taken back at the end; names stay ours, and no timer is left."""
        self.put("film")
        peer = self.run_peer()
        self.end(peer)
        self.assertEqual(peer.line.keys, set())
        self.assertNotIn(None, self.listed(peer).values())
        self.assertEqual(self.reactor.getDelayedCalls(), [])


class StoredTests(PublicityTestCase):
    """What another program of the user fetched into the same folder."""

    def test_comes_and_goes(self) -> None:
        """It is claimed and served under its key, first in part; no name is signed for it."""
        peer = self.run_peer()
        film = film_of(pattern(0, 300_000))
        store = Store(self.disk, InlineWorkers(), self.reactor)
        stream = self.successResultOf(store.open(film.key))
        prove(stream, film)
        for stop, have in ((3, 153), (5, 255)):
            self.successResultOf(stream.put_units(0, film.units(0, stop)))
            self.wait(6)
            self.assertEqual((peer.line.have, peer.line.records), ({film.key: have}, []))
        self.assertEqual(self.served(peer, film.key), film.content)
        self.successResultOf(store.release(film.key, "/film"))
        self.wait(3)
        self.assertEqual(peer.line.keys, set())
        self.failureResultOf(peer.streams.open(film.key), NotShared)

    def test_shared_as_well(self) -> None:
        """What lies in a share, too, is claimed once, and goes when both are gone."""
        self.put("film", 300_000)
        peer = self.run_peer()
        film = film_of(pattern(0, 300_000))
        store = Store(self.disk, InlineWorkers(), self.reactor)
        stream = self.successResultOf(store.open(film.key))
        prove(stream, film)
        self.successResultOf(stream.put_units(0, film.units(0, 5)))
        self.wait(6)
        self.assertEqual(peer.line.take(), [("announce", 1), ("publish", 1)])
        (self.folder / "film").unlink()
        self.wait(2)
        self.assertEqual((peer.line.take(), self.served(peer, film.key)), ([], film.content))

    def served(self, peer: Peer, key: FileKey) -> bytes:
        """What a viewer gets."""
        stream = self.successResultOf(peer.streams.open(key))
        content = self.read(stream)
        stream.close()
        return content


class RestartTests(PublicityTestCase):
    def test_F02_no_rehash(self) -> None:
        """After a kill the next run knows all keys without reading a byte, and signs nothing anew."""
        self.put("film")
        self.put("other", 10)
        first = self.run_peer()
        self.wait(LIMITS.book_save_s)
        first.shares.stop()
        first.keying.stop()
        second = self.run_peer()
        self.assertEqual(second.line.keys, first.line.keys)
        self.assertEqual(second.events.named("hashed"), [])
        self.assertEqual(sorted(second.line.records), sorted(first.line.records))

    def test_gone_meanwhile(self) -> None:
        """What went while nobody looked is withdrawn by the next run."""
        self.put("film")
        self.end(self.run_peer())
        (self.folder / "film").unlink()
        self.assertEqual(self.listed(self.run_peer()), {"film": None})

    def test_changed_meanwhile(self) -> None:
        """What changed while nobody looked is read again."""
        self.put("film")
        self.end(self.run_peer())
        self.put("film", 5)
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.assertEqual((key.length, len(peer.events.named("hashed"))), (5, 1))

    def test_F05_nothing_can_be_kept(self) -> None:
        """With a full disk all is listed and served; that nothing is kept is told, not repeated."""
        for name in "abc":
            self.put(name)
        self.disk = FaultyDisk(
            MemoryDisk(), lambda _, call: errno.ENOSPC if call in ("open", "replace") else None
        )
        peer = self.run_peer()
        (key,) = peer.line.keys
        self.assertEqual(set(self.listed(peer)), set("abc"))
        self.successResultOf(peer.streams.open(key)).close()
        self.assertLessEqual(len(peer.events.named("state_refused")), 2)

    def test_F19_newer_cache(self) -> None:
        """A cache that a newer program wrote is neither used nor overwritten."""
        newer = seal("hashes", 9, b"")
        self.disk.replace("hashes", newer)
        self.put("film")
        peer = self.run_peer()
        self.assertEqual(len(peer.line.keys), 1)
        self.assertEqual(self.disk.read("hashes", 1000), newer)
        (told,) = peer.events.named("state_refused")
        self.assertIn("newer p2pstream", str(told["reason"]))
