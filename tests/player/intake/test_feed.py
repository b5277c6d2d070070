from __future__ import annotations

import threading
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from p2pstream.data.memory import BufferData
from p2pstream.errors import NoSource, RangeError
from p2pstream.limits import LIMITS, Limits
from p2pstream.player.intake.feed import ReadAhead
from tests import strategies as profile  # noqa: F401
from tests.player.feeding import FakeReactor, FeedCase, HandArriving, HandData


class FirstReadTests(FeedCase):
    kind = ReadAhead

    def _arrive(self, *parts: bytes) -> HandData:
        data = HandData()
        self.make(data)
        for part in parts:
            data.reads[0].consumer.write(part)
        return data

    def test_lists_of_links(self) -> None:
        """A playlist is given to nobody, however small the pieces in which it comes."""
        playlist = b"#EXTM3U\n#EXTINF:10,\nhttp://192.168.0.1/reboot\n"
        data = self._arrive(*(playlist[at : at + 1] for at in range(len(playlist))))
        data.reads[0].done.callback(len(playlist))
        self.assertEqual((self.read(), self.feed.refused), (-1, True))

    def test_waits_for_enough(self) -> None:
        """The first read waits until it can be seen what comes; then it is given all of it."""
        film = bytes(range(256)) * 16
        data = self._arrive(film[:4000])
        got: list[bytes | int] = []
        thread = threading.Thread(target=lambda: got.append(self.read(4000)))
        thread.start()
        while self.feed.blocked_since is None:
            pass
        self.assertEqual(got, [])
        data.reads[0].consumer.write(film[4000:])
        thread.join(5)
        self.assertEqual((got, self.read()), ([film[:4000]], film[4000:]))


class ReadTests(FeedCase):
    def test_reads_in_order(self) -> None:
        """The reader gets the bytes of the data in order, and then its end."""
        self.make(BufferData(b"abcdefgh"))
        self.assertEqual([self.read(3), self.read(3), self.read(3), self.read(3)], [b"abc", b"def", b"gh", 0])
        self.assertEqual(self.feed.position, 8)

    def test_short_reads(self) -> None:
        """A read gives what one chunk has, and does not wait for more."""
        data = HandData()
        self.make(data)
        data.reads[0].consumer.write(b"abc")
        self.assertEqual(self.read(100), b"abc")

    def test_failure(self) -> None:
        """What was there is read; then the read fails, and the feed knows why."""
        data = HandData()
        self.make(data)
        data.reads[0].consumer.write(b"abc")
        data.reads[0].done.errback(NoSource("gone"))
        self.assertEqual([self.read(), self.read()], [b"abc", -1])
        assert self.feed.failure is not None
        self.feed.failure.trap(NoSource)
        self.assertTrue(self.feed.over)

    def test_place_beyond_the_end(self) -> None:
        """A place that turns out not to exist is an end, no failure, known before or after."""
        data = HandData()
        self.make(data)
        data.reads[0].done.errback(RangeError())
        self.assertEqual((self.read(), self.feed.failure), (0, None))
        self.make(BufferData(b"abc"))
        self.feed.seek(50)
        self.reactor.run()
        self.assertEqual(self.read(), 0)

    @given(st.binary(min_size=1, max_size=500), st.lists(st.tuples(st.integers(0, 500), st.integers(1, 90))))
    def test_any_reader(self, content: bytes, steps: list[tuple[int, int]]) -> None:
        """However a reader jumps, it reads what is there."""
        self.make(BufferData(content))
        for position, size in steps:
            self.feed.seek(position)
            self.reactor.run()
            got = self.read(size)
            if position >= len(content):
                self.assertEqual(got, 0)
            else:
                assert isinstance(got, bytes)
                self.assertEqual(got, content[position : position + len(got)])


class BoundTests(FeedCase):
    def test_at_the_bound(self) -> None:
        """A byte less than the bound does not pause the producer, the bound does."""
        data = HandData()
        self.make(data)
        for count, paused in ((99, False), (1, True)):
            data.reads[0].consumer.write(b"x" * count)
            self.assertEqual((data.reads[0].paused, self.feed.full), (paused, paused))

    def test_full_of_what_arrives(self) -> None:
        """Where the data tell how much of them arrived, waiting brings more than is held here."""
        data = HandArriving()
        self.make(data)
        data.reads[0].consumer.write(b"x" * 100)
        self.assertFalse(self.feed.full)

    def test_bound(self) -> None:
        """When 100 bytes are held the producer pauses; half of them taken, it goes on."""
        data = HandData()
        self.make(data)
        producer = data.reads[0]
        producer.consumer.write(b"x" * 60)
        self.assertFalse(producer.paused)
        producer.consumer.write(b"x" * 60)
        self.assertTrue(producer.paused)
        self.read(60)
        self.reactor.run()
        self.assertTrue(producer.paused)
        self.read(20)
        self.reactor.run()
        self.assertFalse(producer.paused)

    def test_emptied_before_the_pause(self) -> None:
        """A reader that takes everything before the producer heard of its pause frees it after."""
        data = HandData()
        self.make(data)
        producer = data.reads[0]

        def pause() -> None:
            # The reader's thread runs between the pause's decision and the pause.
            self.read(1000)
            producer.paused = True

        producer.pauseProducing = pause  # type: ignore[method-assign]
        producer.consumer.write(b"x" * 200)
        self.reactor.run()
        self.assertFalse(producer.paused)

    def test_pull_producers(self) -> None:
        """Data that is no push producer is refused: it would never be asked again."""
        data = HandData()
        self.make(data)
        self.assertRaises(ValueError, data.reads[0].consumer.registerProducer, data.reads[0], False)


class SeekTests(FeedCase):
    def test_late_writes_are_dropped(self) -> None:
        """After a jump the old read is cancelled, and what it still writes goes nowhere."""
        data = HandData()
        self.make(data)
        old = data.reads[0]
        old.consumer.write(b"old")
        self.feed.seek(500)
        old.consumer.write(b"late")
        self.reactor.run()
        self.assertTrue(old.cancelled)
        old.consumer.write(b"later")
        data.reads[1].consumer.write(b"new")
        self.assertEqual((data.reads[1].start, self.read()), (500, b"new"))

    def test_storm(self) -> None:
        """Many jumps in one turn cost one read, at the last place."""
        data = HandData()
        self.make(data)
        for place in (500, 600, 700):
            self.feed.seek(place)
        self.reactor.run()
        self.assertEqual([read.start for read in data.reads], [0, 700])

    def test_within_what_is_held(self) -> None:
        """A step forward within what is here costs nothing."""
        data = HandData()
        self.make(data)
        data.reads[0].consumer.write(b"abc")
        data.reads[0].consumer.write(b"defgh")
        self.feed.seek(5)
        self.assertEqual((self.reactor.calls, self.read()), ([], b"fgh"))

    def test_no_move(self) -> None:
        """A seek to where the reader is is none: libvlc opens with one."""
        data = HandData()
        self.make(data)
        self.feed.seek(0)
        self.assertEqual(self.reactor.calls, [])

    def test_failure_is_forgotten(self) -> None:
        """Elsewhere the data may be readable still."""
        data = HandData()
        self.make(data)
        data.reads[0].done.errback(NoSource())
        self.feed.seek(50)
        self.reactor.run()
        data.reads[1].consumer.write(b"there")
        self.assertEqual((self.read(), self.feed.over), (b"there", False))


class BlockTests(FeedCase):
    def _blocked(self) -> tuple[threading.Thread, list[bytes | int]]:
        got: list[bytes | int] = []
        thread = threading.Thread(target=lambda: got.append(self.read()))
        thread.start()
        while self.feed.blocked_since is None:
            pass
        return thread, got

    def test_blocked_since(self) -> None:
        """While the reader waits the feed says since when; with its bytes it goes on."""
        data = HandData()
        self.make(data)
        self.now = 7.0
        thread, got = self._blocked()
        self.assertEqual(self.feed.blocked_since, 7.0)
        data.reads[0].consumer.write(b"abc")
        thread.join(5)
        self.assertEqual((got, self.feed.blocked_since), ([b"abc"], None))

    def test_cancel(self) -> None:
        """Cancelling frees a waiting reader at once and for good, and ends the read."""
        data = HandData()
        self.make(data)
        thread, got = self._blocked()
        self.feed.cancel()
        thread.join(5)
        self.assertEqual((got, self.read(), data.reads[0].cancelled), ([-1], -1, True))
        self.feed.seek(500)
        self.reactor.run()
        self.assertEqual((len(data.reads), self.read()), (1, -1))

    def test_end_frees(self) -> None:
        """So does the end of the data."""
        data = HandData()
        self.make(data)
        thread, got = self._blocked()
        data.reads[0].done.callback(0)
        thread.join(5)
        self.assertEqual(got, [0])


class ArrivingTests(FeedCase):
    def test_cursors(self) -> None:
        """Where the reader is can be told to data that arrives, until the end."""
        data = HandArriving()
        self.make(data)
        self.feed.arrival.announce(self.feed.ahead, 0)
        data.reads[0].consumer.write(b"abcdef")
        self.read(2)
        self.feed.arrival.announce(self.feed.ahead, 1)
        self.feed.cancel()
        self.assertEqual(data.cursors, {"read": [0, 6, "closed"], "play": [0, 1, "closed"]})

    def test_ahead(self) -> None:
        """What is wanted next lies behind what is held."""
        data = HandArriving((0, 40), (60, 90))
        self.make(data)
        data.reads[0].consumer.write(b"abcdef")
        self.read(2)
        self.assertEqual((self.feed.position, self.feed.ahead), (2, 6))

    def test_index_of_matroska(self) -> None:
        """Before the film begins Matroska's index is waited for a moment only, once."""
        data = HandArriving((0, 5000))
        self.kind = ReadAhead
        self.make(data)
        data.reads[0].consumer.write(b"\x1aE\xdf\xa3" + bytes(5000))
        self.read()
        for _ in range(2):
            self.feed.seek(9000)
            self.reactor.run()
            self.assertEqual(self.read(), 0)
            self.feed.seek(4000)
            self.reactor.run()
        data.reads[-1].consumer.write(b"film")
        self.assertEqual(self.read(), b"film")

    def _index_comes(self, after: float, limits: Limits) -> bytes | int:
        """What is read of an index that comes so many seconds after it was asked for."""
        data = HandArriving((0, 5000))
        self.reactor = FakeReactor()
        self.feed = ReadAhead(data, self.reactor, limits, lambda: 0.0)  # type: ignore[arg-type]
        self.feed.start()
        data.reads[0].consumer.write(b"\x1aE\xdf\xa3" + bytes(5000))
        self.read()
        self.feed.seek(9000)
        self.reactor.run()
        timer = threading.Timer(after, data.reads[-1].consumer.write, [b"index"])
        timer.start()
        self.addCleanup(timer.join)
        return self.read()

    def test_index_in_time(self) -> None:
        """One that comes within the bound is read, one that comes after it is not."""
        self.assertEqual(self._index_comes(0.01, replace(LIMITS, index_wait_s=9.0)), b"index")
        self.assertEqual(self._index_comes(0.2, replace(LIMITS, index_wait_s=0.01)), 0)

    def test_headers_are_not_counted(self) -> None:
        """Of the bytes taken, those before the first sample do not count as film."""
        data = HandData()
        self.make(data)
        data.reads[0].consumer.write(b"ftyp....moov....mdat0123456789")
        self.read()
        self.assertEqual(self.feed.taken, 14)
