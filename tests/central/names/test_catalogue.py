"""Both catalogues, and what only one that is kept can suffer."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.names import database as databases
from p2pstream.central.names import ledger as ledgers
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.names.catalogue_sqlite import SqliteCatalogue
from p2pstream.central.names.ledger import Ledger
from p2pstream.errors import StorageError
from p2pstream.interfaces import ICatalogue
from p2pstream.limits import LIMITS
from p2pstream.testing.central.catalogue import NOW, CatalogueContract, entry_of
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.workers import InlineWorkers


class MemoryTests(CatalogueContract, SynchronousTestCase):
    def make_catalogue(self) -> ICatalogue:
        """One in memory."""
        return MemoryCatalogue()

    def test_F44_caps(self) -> None:
        """At the bound a name is taken, one past it is refused; what is known can be renewed."""
        limits = replace(LIMITS, catalogue_memory_records=3, catalogue_per_publisher=2)
        self.catalogue = MemoryCatalogue(limits)
        self.publish("a")
        self.publish("b")
        self.assertEqual(self.refuse("c"), 22)
        self.publish("c", 2)
        self.assertEqual(self.refuse("d", 3), 22)
        self.publish("a", 1, 2)


class Opening:
    """How a catalogue in a file is opened and waited for."""

    limits = LIMITS

    def open(self) -> SqliteCatalogue:
        """The one of this test."""
        self.clock = HeapClock()
        self.path = getattr(self, "path", None) or self.mktemp()  # type: ignore[attr-defined]
        base, reader = Ledger(self.path, self.limits), Ledger(self.path, self.limits, writes=False)
        return SqliteCatalogue(base, reader, self.clock, InlineWorkers(), self.limits)

    def settle(self, result: Deferred[Any]) -> Deferred[Any]:
        """A record waits for others."""
        self.clock.advance(1)
        return result


class SqliteTests(Opening, CatalogueContract, SynchronousTestCase):
    def make_catalogue(self) -> ICatalogue:
        """One in a file."""
        return self.open()

    def test_kept(self) -> None:
        """All of it is there the next time, owners and numbers included."""
        for publisher in (2, 1):
            self.publish("film", publisher, synced=publisher == 2)
        self.publish("other")
        self.ask(self.catalogue.publish(replace(entry_of("other", 1, 2), key=b"")))
        before = self.ask(self.catalogue.changed_since(0, 10, NOW))
        self.ask(self.catalogue.close())
        self.catalogue = self.open()
        self.assertEqual(self.ask(self.catalogue.changed_since(0, 10, NOW)), before)
        self.assertEqual(self.catalogue.count(), 3)
        self.assertGreater(self.publish("new").change, before[-1].change)

    def test_numbers_are_not_used_again(self) -> None:
        """Not even when what had the last one is gone."""
        last = self.publish("film").change
        self.ask(self.catalogue.purge(2 * NOW))
        self.ask(self.catalogue.close())
        self.catalogue = self.open()
        self.assertGreater(self.publish("film").change, last)

    def test_many_at_once(self) -> None:
        """What comes within a moment is written together, and each has its own answer."""
        entries = [entry_of("a"), entry_of("b"), entry_of("a", 1, 3), entry_of("a", 1, 2)]
        answers = [self.catalogue.publish(entry) for entry in entries]
        self.clock.advance(LIMITS.catalogue_batch_s - 0.001)
        self.assertNoResult(answers[0])
        self.clock.advance(0.001)
        self.assertEqual([self.successResultOf(answer).name for answer in answers[:3]], ["a", "b", "a"])
        self.failureResultOf(answers[3])

    def test_so_many_at_once(self) -> None:
        """Of those that wait so many are written together, the next ones a moment later."""
        self.limits = replace(LIMITS, catalogue_batch=2)
        self.catalogue = self.open()
        answers = [self.catalogue.publish(entry_of(name)) for name in "abc"]
        self.clock.advance(LIMITS.catalogue_batch_s)
        self.assertEqual([answer.called for answer in answers], [True, True, False])
        self.clock.advance(LIMITS.catalogue_batch_s)
        self.successResultOf(answers[2])

    def test_F44_as_many_as_there_may_be(self) -> None:
        """At the bound a name is taken, one past it is refused."""
        self.limits = replace(LIMITS, catalogue_records=2)
        self.catalogue = self.open()
        for number, name in enumerate("ab"):
            self.publish(name, number + 1)
        self.assertEqual(self.refuse("c", 3), 22)

    def test_many_asked_at_once(self) -> None:
        """What is asked while others read is answered together, and each has its own answer."""
        for name in "ab":
            self.publish(name)
        reader = self.catalogue._reader  # type: ignore[attr-defined]
        rounds, resolve = list[int](), reader.resolve_all

        def counted(asked: Any) -> Any:
            rounds.append(len(asked))
            return resolve(asked)

        self.patch(reader, "resolve_all", counted)
        lock = self.catalogue._reading  # type: ignore[attr-defined]
        self.successResultOf(lock.acquire())
        asking = [self.catalogue.resolve(name, NOW) for name in "abcab"]
        asking[3].addErrback(lambda failure: failure.trap(CancelledError))
        asking[3].cancel()
        lock.release()
        found = [[entry.name for entry in self.successResultOf(each)] for each in (*asking[:3], asking[4])]
        self.assertEqual((found, rounds), ([["a"], ["b"], [], ["b"]], [5]))

    def test_F18_reader_fails(self) -> None:
        """Everybody who asked is told when the database cannot be read; the next one asks anew."""
        reader = self.catalogue._reader  # type: ignore[attr-defined]
        self.patch(reader, "resolve_all", self.broken)
        for _ in range(2):
            self.failureResultOf(self.settle(self.catalogue.resolve("a", NOW)), StorageError)

    def test_F18_words_that_cannot_be_read(self) -> None:
        """Whoever searches is told in words of ours, as of all else that cannot be read."""
        reader: Any = self.catalogue._reader  # type: ignore[attr-defined]
        if reader._indexed:
            self.catalogue._ledger._base.execute("DROP TABLE found")  # type: ignore[attr-defined]
            self.failureResultOf(self.catalogue.search(["film"], None, 10, NOW), StorageError)

    def broken(self, asked: Any) -> Any:
        """A database that cannot be read."""
        raise StorageError("cannot read it")

    def test_a_bug_while_writing(self) -> None:
        """Whoever waits for that record is told, and the next one is kept."""
        ledger = self.catalogue._ledger  # type: ignore[attr-defined]
        self.patch(ledger, "write", lambda entries: entries[7])
        self.failureResultOf(self.settle(self.catalogue.publish(entry_of("film"))), IndexError)
        self.patch(ledger, "write", ledger.__class__.write.__get__(ledger))
        self.publish("film")
        self.assertEqual(self.catalogue.count(), 1)

    def test_F44_too_many_at_once(self) -> None:
        """Beyond what may wait, a record is refused as too much at once."""
        self.limits = replace(LIMITS, catalogue_waiting=2)
        self.catalogue = self.open()
        waiting = [self.catalogue.publish(entry_of(name)) for name in "ab"]
        self.assertEqual(self.refuse("c"), 8)
        for answer in waiting:
            self.ask(answer)

    def test_closing_keeps_what_waits(self) -> None:
        """A record that waits when the program ends is kept."""
        waiting = self.catalogue.publish(entry_of("film"))
        self.ask(self.catalogue.close())
        self.successResultOf(waiting)
        self.catalogue = self.open()
        self.assertEqual(self.resolve("film"), [(1, 1, True)])

    def test_F05_disk_full(self) -> None:
        """A record that cannot be kept is refused in words; answers go on, and then everything does."""
        self.publish("film")
        base = self.catalogue._ledger._base  # type: ignore[attr-defined]
        pages = base.execute("PRAGMA page_count").fetchone()[0]
        base.execute(f"PRAGMA max_page_count = {pages}")
        failing = self.settle(self.catalogue.publish(entry_of("big", words="x" * 100_000)))
        self.assertIn("full", str(self.failureResultOf(failing, StorageError).value))
        self.assertEqual((self.resolve("film"), self.resolve("big")), ([(1, 1, True)], []))
        self.assertEqual(self.catalogue.count(), 1)
        base.execute("PRAGMA max_page_count = 100000")
        self.publish("big", words="x" * 100_000)
        self.assertEqual(self.catalogue.count(), 2)

    def test_F44_long_search(self) -> None:
        """What would keep a worker too long is given up; what is less work is found."""
        self.limits = replace(LIMITS, catalogue_search_steps=1000)
        self.catalogue = self.open()
        self.publish("film 1")
        self.assertEqual(len(self.search("film")), 1)
        for number in range(100):
            self.publish(f"film {number}")
        fault = self.failureResultOf(self.catalogue.search(["film"], None, 100, NOW), StorageError)
        self.assertIn("interrupted", str(fault.value))

    def test_without_an_index(self) -> None:
        """A search among very many looks through the names, and finds the same."""
        self.patch(ledgers, "_MANY", -1)
        self.test_search()

    def test_pages_without_an_index(self) -> None:
        """So it does page after page."""
        self.patch(ledgers, "_MANY", -1)
        self.test_pages()


class NoIndexTests(SqliteTests):
    """Where SQLite was built without its index of words."""

    def make_catalogue(self) -> ICatalogue:
        """One without."""
        self.patch(databases, "_has_fts5", lambda base: False)
        return self.open()


class DamageTests(Opening, SynchronousTestCase):
    """F10, F19: files that are not as they were left."""

    def setUp(self) -> None:
        """A catalogue of some names, at rest."""
        catalogue = self.open()
        for number in range(50):
            catalogue.publish(entry_of(f"film {number}"))
        self.clock.advance(1)
        catalogue.close()
        self.whole = Path(self.path).read_bytes()

    def assert_told(self, raw: bytes) -> str:
        """It is opened with all names, or not at all and in words."""
        Path(self.path).write_bytes(raw)
        for left in ("-wal", "-shm"):
            Path(self.path + left).unlink(missing_ok=True)
        try:
            base = Ledger(self.path)
        except StorageError as fault:
            return str(fault)
        base.close()
        if base.count != 50:
            self.fail(f"{base.count} names are left")
        return ""

    def test_F10_truncated(self) -> None:
        """Cut anywhere, it is not taken for what it was."""
        for length in range(0, len(self.whole), 1021):
            self.assertIn(self.path, self.assert_told(self.whole[:length]), length)

    def test_F10_flipped(self) -> None:
        """With a bit flipped it is whole, or damaged; it never seems to be empty."""
        told = 0
        for place in range(0, len(self.whole), 211):
            raw = bytearray(self.whole)
            raw[place] ^= 0x10
            told += bool(self.assert_told(bytes(raw)))
        self.assertGreater(told, 5)

    def test_F10_something_else(self) -> None:
        """A file that is no database, or somebody else's, is left alone."""
        self.assertIn("damaged", self.assert_told(b"hello" * 1000))
        Path(self.path).unlink()
        with sqlite3.connect(self.path) as other:
            other.execute("CREATE TABLE bookmarks (url)")
        other.close()
        before = Path(self.path).read_bytes()
        self.assertIn("no catalogue", self.assert_told(before))
        self.assertEqual(Path(self.path).read_bytes()[100:], before[100:])

    def test_F19_newer(self) -> None:
        """A newer program's is refused in words."""
        base = sqlite3.connect(self.path)
        base.execute("PRAGMA user_version = 2")
        base.close()
        said = str(self.assertRaises(StorageError, Ledger, self.path))
        self.assertIn("written by a newer p2pstream (format 2; this one knows 1)", said)

    def test_private(self) -> None:
        """Others cannot read it."""
        self.assertEqual(Path(self.path).stat().st_mode & 0o777, 0o600)
