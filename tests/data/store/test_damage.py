"""Whatever happens to the files of a store, no wrong byte is ever handed out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from p2pstream.content.units import UNIT
from p2pstream.data.state import seal
from p2pstream.data.store import Store
from p2pstream.data.store.guest import GuestFiles
from p2pstream.data.store.nodes import Nodes
from p2pstream.errors import StorageError
from p2pstream.testing.proofs.proven import ProvenFilm, film_of, prove, proven_film
from p2pstream.testing.state.power import PowerCutDisk
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.data.store.stores import FEW, StoreTestCase

FILM = proven_film(5 * UNIT + 1234)
NOT_SERVED: list[Any] = []


class DamageTestCase(StoreTestCase):
    """A store in which all units of one film but the fourth were kept."""

    def setUp(self) -> None:
        """Fill it."""
        super().setUp()
        store = self.store()
        self.filled(store, FILM, (0, 3), (4, 6))
        self.now(store.close())
        self.whole = {path: bytes(node.content) for path, node in self.disk.files.items()}

    def changed(self, path: str, content: bytes) -> None:
        """All files as they were, but for that one."""
        for each, before in self.whole.items():
            self.disk.replace(each, content if each == path else before)

    def served(self) -> int:
        """How many units a new process has once it looked at all; all of it is the film's."""
        store = self.store()
        stream = self.opened(store, FILM.key)
        prove(stream, FILM)
        self.now(stream.stored.keeping.check(0, 6))
        for start, stop in stream.have:
            self.assertEqual(self.content(stream, start, stop), FILM.content[start:stop])
        self.assertFalse(stream.stored.keeping.stock.has(3))
        count = stream.units.total
        for first, stop in stream.units.missing(0, 6):
            self.put(stream, FILM, first, stop)
        self.assertTrue(stream.complete)
        self.now(store.close())
        return count

    def flipped(self, end: str, places: Iterable[int], mask: int, left: int) -> None:
        """With a bit of one byte wrong, wherever it is, ``left`` units are still here."""
        path = self.path(end)
        for at in places:
            torn = bytearray(self.whole[path])
            torn[at] ^= mask
            self.changed(path, bytes(torn))
            self.assertEqual(self.served(), left, at)

    def path(self, end: str) -> str:
        """One of the files."""
        return next(path for path in self.whole if path.endswith(end))


class FlipTests(DamageTestCase):
    """Bit rot."""

    def test_F09_every_byte_of_the_claims(self) -> None:
        """Found; what is there is looked at, and nothing is fetched again."""
        self.flipped(".units", range(len(self.whole[self.path(".units")])), 0x01, 5)

    def test_F09_every_byte_of_the_tree(self) -> None:
        """Found; hashes are asked for again, and nothing else."""
        self.flipped(".tree", range(len(self.whole[self.path(".tree")])), 0x80, 5)

    def test_F09_every_byte_of_what_is_fresh(self) -> None:
        """It is not believed anyway."""
        self.flipped(".fresh", range(len(self.whole[self.path(".fresh")])), 0xFF, 5)

    def test_F09_bytes_of_the_data(self) -> None:
        """Found before it is served; that unit alone is fetched again."""
        edges = {0, 1, UNIT - 1, UNIT, 3 * UNIT - 1, 4 * UNIT, len(FILM.content) - 1}
        self.flipped(".data", sorted(edges | set(range(777, 3 * UNIT, 30_011))), 0x04, 4)


class SettlingTests(DamageTestCase):
    """What is there without its hashes, while it is looked at."""

    def test_F09_not_fetched_meanwhile(self) -> None:
        """From when its hashes come nobody is to fetch it, until it is known to be here, or not to be."""
        self.changed(self.path(".tree"), b"")
        data = self.path(".data")
        self.disk.open(data).pwrite(0, bytes(UNIT))
        self.workers = HeldWorkers()
        opening = self.store().open(FILM.key)
        self.workers.flush()
        stream = self.now(opening)
        self.assertEqual((list(stream.units), list(stream.wanted)), ([], [(0, 6)]))
        prove(stream, FILM)
        self.assertEqual(list(stream.wanted), [(3, 4)])
        looked: list[Any] = []
        stream.watch(lambda: looked.append(list(stream.wanted)))
        self.workers.flush()
        self.assertEqual((looked[-1], list(stream.units)), ([(0, 6)], [(1, 3), (4, 6)]))


class CutTests(DamageTestCase):
    """Files that lost their end, or all."""

    def test_F10_every_length(self) -> None:
        """Small files, cut anywhere: nothing is lost but what was cut."""
        for end in (".units", ".tree", ".fresh"):
            path = self.path(end)
            for length in range(len(self.whole[path])):
                self.changed(path, self.whole[path][:length])
                self.assertEqual(self.served(), 5, (end, length))

    def test_F10_data(self) -> None:
        """Data that was cut: the units from there on are fetched again."""
        path = self.path(".data")
        for length, left in ((0, 0), (UNIT, 1), (2 * UNIT + 5, 2), (4 * UNIT, 3), (len(FILM.content) - 1, 4)):
            self.changed(path, self.whole[path][:length])
            self.assertEqual(self.served(), left, length)

    def test_F10_missing(self) -> None:
        """A file that is gone altogether."""
        for end, left in ((".units", 5), (".tree", 5), (".fresh", 5), (".data", 0)):
            self.changed("", b"")
            self.disk.remove(self.path(end))
            self.assertEqual(self.served(), left, end)

    def test_F10_both(self) -> None:
        """Claims that are damaged, and nothing that says what was written: all is looked at."""
        self.changed(self.path(".units"), b"?")
        self.disk.remove(self.path(".fresh"))
        self.assertEqual(self.served(), 5)

    def test_F19_newer(self) -> None:
        """What a newer program wrote is refused in words, and left as it is."""
        for end, kind in ((".units", "units"), (".tree", "tree")):
            newer = seal(kind, 2, b"").ljust(64, b"\0") if kind == "tree" else seal(kind, 2, b"whatever")
            self.changed(self.path(end), newer)
            failure = self.failureResultOf(self.store().open(FILM.key), StorageError)
            self.assertIn("newer p2pstream", failure.getErrorMessage())
            self.assertEqual(bytes(self.disk.files[self.path(end)].content), newer)


class PowerCutTests(StoreTestCase):
    """The power goes at any moment."""

    def session(self, disk: PowerCutDisk) -> Any:
        """A process that fills a stream, gives some of it up, and ends; the power may go meanwhile."""
        store = Store(disk, InlineWorkers(), self.clock, 6 * UNIT, FEW)
        opened: list[Any] = []
        store.open(FILM.key).addCallbacks(opened.append, NOT_SERVED.append)
        if not opened:
            return None
        (stream,) = opened
        prove(stream, FILM)
        for first, stop in ((0, 2), (4, 6), (2, 3)):
            stream.put_units(first, FILM.units(first, stop)).addErrback(NOT_SERVED.append)
            self.clock.advance(2 * FEW.store_checkpoint_s)
        durable = stream.stored.keeping.stock.claimed
        store.close().addErrback(NOT_SERVED.append)
        return durable

    def after_the_cut(self, disk: PowerCutDisk, moments: int) -> Iterator[Any]:
        """The stream as it may be found then, three times; all that is claimed of it is good."""
        for seed in range(3):
            found = disk.after_the_cut(Random(f"{moments} {seed}"))
            stream = self.opened(Store(found, InlineWorkers(), self.clock, None, FEW), FILM.key)
            units = stream.units
            self.now(stream.stored.keeping.check(0, 6))
            self.assertEqual(stream.units, units, (moments, seed))
            yield stream

    def test_F11_no_claim_is_wrong(self) -> None:
        """Every unit that is claimed afterwards is good, and every one that was durable is there."""
        for moments in itertools.count(1):
            disk = PowerCutDisk(moments)
            durable = self.session(disk)
            for seed, stream in enumerate(self.after_the_cut(disk, moments)):
                units = stream.units
                for start, stop in durable or ():
                    self.assertTrue(units.covers(start, stop), (moments, seed, durable, units))
                for start, stop in stream.have:
                    self.assertEqual(self.content(stream, start, stop), FILM.content[start:stop])
            if disk.passed < moments:
                break
        self.assertGreater(moments, 40)
        for call in self.clock.getDelayedCalls():
            call.cancel()

    def test_F11_while_giving_up(self) -> None:
        """A unit that is given up is claimed until it is not, and never without its bytes."""
        for moments in itertools.count(1):
            disk = PowerCutDisk(moments)
            store = Store(disk, InlineWorkers(), self.clock, 4 * UNIT, FEW)
            opened: list[Any] = []
            store.open(FILM.key).addCallbacks(opened.append, NOT_SERVED.append)
            for stream in opened:
                prove(stream, FILM)
                stream.put_units(0, FILM.units(0, 4)).addErrback(NOT_SERVED.append)
                self.clock.advance(2 * FEW.store_checkpoint_s)
                stream.cursor(4 * UNIT, "play")
                stream.put_units(4, FILM.units(4, 6)).addErrback(NOT_SERVED.append)
            for _ in self.after_the_cut(disk, moments):
                pass
            if disk.passed < moments:
                break


class CutMidwayTests(StoreTestCase):
    """Somebody else cuts what lies in the store, while it is fetched."""

    def data(self) -> Any:
        """The file of the one film, as somebody else opens it."""
        return self.disk.open(next(path for path in self.disk.files if path.endswith(".data")))

    def refused(self, store: Store) -> None:
        """The film is not given out as whole, for four of its units are missing."""
        fault = self.failureResultOf(store.release(FILM.key, "film"), StorageError).value
        self.assertIn("4 units are missing", str(fault))
        self.assertNotIn("film", self.disk.released)

    def given_out(self, store: Store, film: ProvenFilm = FILM) -> None:
        """All of it is."""
        self.now(store.release(film.key, "film"))
        self.assertEqual(self.disk.released["film"], film.content)

    def test_shorter(self) -> None:
        """What was cut off is missing from then on, and only that is put again."""
        store = self.store()
        stream = self.filled(store, FILM, (0, 6))
        self.data().resize(2 * UNIT)
        self.refused(store)
        self.assertEqual(list(stream.units), [(0, 2)])
        self.put(stream, FILM, 2, 6)
        self.given_out(store)

    def test_holes(self) -> None:
        """A file that was cut, and has its length again since a later unit was written."""
        store = self.store()
        stream = self.filled(store, FILM, (0, 5))
        self.data().resize(UNIT + 7)
        self.put(stream, FILM, 5, 6)
        self.refused(store)
        self.assertEqual(list(stream.units), [(0, 1), (5, 6)])
        self.put(stream, FILM, 1, 5)
        self.given_out(store)

    def test_longer(self) -> None:
        """Nor is one to which something was added; the next process cuts that off."""
        store = self.store()
        self.filled(store, FILM, (0, 6))
        self.data().resize(FILM.key.length + 1)
        fault = self.failureResultOf(store.release(FILM.key, "film"), StorageError).value
        self.assertIn("something else changed its length", str(fault))
        self.now(store.close())
        self.given_out(self.store())

    def test_zeros(self) -> None:
        """Zeros that the file system never wrote are as good as those that it did."""
        film = film_of(bytes(4 * UNIT) + b"end")
        store = self.store()
        self.filled(store, film, (0, 5))
        self.data().punch(UNIT, 2 * UNIT)
        self.given_out(store, film)

    def test_home_of_another(self) -> None:
        """A guest copies no holes of the home either, nor an end that is not there."""
        for cut in (lambda: self.data().punch(0, 4 * UNIT), lambda: self.data().resize(2 * UNIT)):
            self.setUp()
            home = self.store()
            self.filled(home, FILM, (0, 6))
            self.now(home.close())
            home = self.store()
            self.opened(home, FILM.key)
            guests = Store(self.disk, self.workers, self.clock, None, FEW)
            stream = self.opened(guests, FILM.key)
            self.content(stream)
            cut()
            self.refused(guests)
            self.assertEqual(stream.units.total, 2)

    def test_between_looking_and_copying(self) -> None:
        """A guest that finds less in the home than it looked at gives nothing out."""
        home = self.store()
        self.filled(home, FILM, (0, 6))
        self.now(home.close())
        home = self.store()
        self.opened(home, FILM.key)
        guest = GuestFiles.open(self.disk, FILM.key, Nodes(FILM.key))
        self.data().resize(2 * UNIT)
        self.assertRaises(StorageError, guest.release, "film", True)
        self.assertNotIn("film", self.disk.released)
        guest.close()
