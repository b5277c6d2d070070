"""The names that we publish."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import read_record, sign_record
from p2pstream.content.signing import Identity
from p2pstream.errors import BadName
from p2pstream.limits import LIMITS
from p2pstream.peer.names.book import Book
from tests import strategies  # noqa: F401  (loads the profile)

US, OTHER = Identity(b"u" * 32), Identity(b"o" * 32)
DAY_MS = 86_400_000
NOW_MS = 1_790_000_000_000


def key(number: int = 1) -> FileKey:
    """One of many."""
    return FileKey(number.to_bytes(32, "big"), 5)


class BookTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """An empty book, and a wall clock that the test sets."""
        self.now_ms = NOW_MS
        self.book = self.make()

    def make(self, **limits: int) -> Book:
        """An empty book."""
        return Book(US, lambda: self.now_ms, replace(LIMITS, **limits))

    def names(self) -> list[str]:
        """What is published, the newest first."""
        return [named.name for named in self.book.names()]

    def seq(self, name: str) -> int:
        """The number of the newest record of a name."""
        return next(record.seq for record in self.book if record.name == name)


class BookTests(BookTestCase):
    def test_entered(self) -> None:
        """A record that all would accept; the same again is no new one."""
        self.assertTrue(self.book.enter("film", key(), "video/mp4"))
        self.assertFalse(self.book.enter("film", key(), "video/mp4"))
        (named,) = self.book.names()
        record = read_record(named.raw, self.now_ms, "film")
        self.assertEqual((record.key, record.mime, record.pub), (key(), "video/mp4", US.id))
        self.assertEqual(named.seq, record.seq)

    def test_newest_first(self) -> None:
        """What was signed last is published first."""
        for name in ("a", "b", "c"):
            self.book.enter(name, key())
        self.book.enter("a", key(2))
        self.assertEqual(self.names(), ["a", "c", "b"])

    def test_struck(self) -> None:
        """A name that stands for nothing is said to; once."""
        self.book.enter("film", key())
        self.assertTrue(self.book.strike("film"))
        self.assertFalse(self.book.strike("film"))
        self.assertFalse(self.book.strike("other"))
        (named,) = self.book.names()
        self.assertIsNone(read_record(named.raw, self.now_ms, "film").key)
        self.assertEqual(self.book.standing(), [])
        self.book.enter("film", key())
        self.assertEqual(self.book.standing(), ["film"])

    def test_bad_name(self) -> None:
        """What no record may be called is refused, and changes nothing."""
        self.assertRaises(BadName, self.book.enter, "a/b", key())
        self.assertEqual(self.names(), [])

    @given(st.lists(st.tuples(st.integers(-2000, 2000), st.integers(0, 3))))
    def test_F15_numbers_grow(self, steps: list[tuple[int, int]]) -> None:
        """However the wall clock jumps by seconds, each record of a name has a larger number."""
        self.now_ms, book, last = NOW_MS, self.make(), 0
        for jump_ms, number in steps:
            self.now_ms += jump_ms
            if book.enter("film", key(number)) if number else book.strike("film"):
                (record,) = book
                self.assertGreater(record.seq, last)
                last = record.seq

    def test_F15_signed_in_the_future(self) -> None:
        """What was signed by a clock ten years ahead, and so accepted by nobody, is signed anew."""
        self.now_ms += 3650 * DAY_MS
        self.book.enter("film", key())
        self.now_ms = NOW_MS
        self.assertTrue(self.book.enter("film", key()))
        (named,) = self.book.names()
        read_record(named.raw, self.now_ms, "film")


class RenewTests(BookTestCase):
    def test_before_it_expires(self) -> None:
        """A record is signed anew at two thirds of its life, not before."""
        self.book.enter("film", key())
        first = self.seq("film")
        self.now_ms += 20 * DAY_MS - 1
        self.assertFalse(self.book.renew())
        self.now_ms += 2
        self.assertTrue(self.book.renew())
        self.assertGreater(self.seq("film"), first)
        self.assertFalse(self.book.renew())

    def test_tombstones_end(self) -> None:
        """A withdrawn name is forgotten when all others have forgotten it."""
        self.book.enter("film", key())
        self.book.strike("film")
        self.now_ms += 30 * DAY_MS
        self.assertFalse(self.book.renew())
        self.now_ms += 1 * DAY_MS + 1
        self.assertTrue(self.book.renew())
        self.assertEqual(self.names(), [])

    def test_bound(self) -> None:
        """At the bound all are kept; one more, and the oldest that stands for nothing goes."""
        self.book = self.make(book_names=3)
        for name in ("a", "b", "c"):
            self.book.enter(name, key())
        self.book.strike("b")
        self.assertEqual(len(self.names()), 3)
        self.book.enter("d", key())
        self.assertEqual(self.names(), ["d", "c", "a"])
        self.book.enter("e", key())
        self.assertEqual(self.names(), ["e", "d", "c"])


class KeptTests(BookTestCase):
    def test_taken(self) -> None:
        """What was signed in an earlier run is not signed again; a stranger's is none of ours."""
        self.book.enter("film", key())
        self.book.enter("other", key(2))
        raws = [record.raw for record in self.book]
        stranger = sign_record(OTHER, "third", key(), self.now_ms).raw
        self.book = self.make()
        self.book.take([*raws, stranger, b"nonsense", b""])
        self.assertEqual(self.names(), ["other", "film"])
        self.now_ms += 1000
        self.assertFalse(self.book.enter("film", key()))
