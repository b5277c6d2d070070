"""Real folders, a clock that tests turn, and no threads."""

from __future__ import annotations

import os
import resource
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.errors import Gone, NotShared, ReadStopped, StorageError
from p2pstream.interfaces import IData, IFileSpans
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.shares import Shares
from p2pstream.protocols.node import Means
from p2pstream.testing.bytes.consumers import CollectingConsumer, PausingConsumer
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.strategies import is_harmless


class OvertakingWorkers(HeldWorkers):
    """One piece of work is done, but what came of it arrives after that of later ones."""

    def hold(self) -> None:
        """Do the oldest piece now, and keep what came of it."""
        self.late, work, args = self._waiting.popleft()
        self.result = work(*args)

    def give(self) -> None:
        """Let it arrive."""
        self.late.callback(self.result)


class SharesTestCase(SynchronousTestCase):
    portable = "1"

    def setUp(self) -> None:
        """Two folders, looked at by scans alone."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": self.portable})
        base = Path(self.mktemp()).resolve()
        self.one, self.two = base / "one", base / "two"
        self.one.mkdir(parents=True)
        self.two.mkdir()
        self.reactor = MemoryReactorClock()
        self.events = HeardEvents()
        self.workers: Any = InlineWorkers()

    def share(self, **limits: Any) -> Shares:
        """Begin to share both folders."""
        means = Means(self.reactor, self.events, self.workers, limits=replace(LIMITS, **limits))
        self.shares = Shares(means, [str(self.one), str(self.two)], "everyone")
        self.addCleanup(self.shares.stop)
        self.started = self.shares.start()
        return self.shares

    def names(self) -> list[str]:
        """What can be asked for, sorted."""
        return sorted(offer.name for offer in self.shares.offers)

    def wait(self, seconds: float = 2.0) -> None:
        """Let time pass; what the system notices is read on the way."""
        for _ in range(round(seconds / 0.05)):
            for reader in self.reactor.getReaders():
                reader.doRead()
            self.reactor.advance(0.05)

    def read(self, name: str) -> bytes:
        """The whole of a shared file."""
        data: Any = self.successResultOf(self.shares.open(name))
        self.addCleanup(data.close)
        consumer = CollectingConsumer()
        self.successResultOf(data.read_to(consumer))
        return bytes(consumer.collected)

    def refused(self, name: str) -> str:
        """Why a name cannot be opened."""
        return str(self.failureResultOf(self.shares.open(name), NotShared).value)


class NamesTests(SharesTestCase):
    def test_listed_at_once(self) -> None:
        """At the start everything in all folders is listed, flat, and can be read."""
        (self.one / "series").mkdir()
        (self.one / "series/film").write_bytes(b"abc")
        (self.two / "other").write_bytes(b"defg")
        self.share()
        self.successResultOf(self.started)
        self.assertEqual(self.names(), ["film", "other"])
        self.assertEqual((self.read("film"), self.read("other")), (b"abc", b"defg"))

    def test_collision(self) -> None:
        """The first share wins a name, and the other file is told in one line."""
        (self.one / "film").write_bytes(b"first")
        (self.two / "film").write_bytes(b"second")
        self.share()
        self.assertEqual(self.read("film"), b"first")
        (told,) = self.events.named("not_shared")
        self.assertEqual(told["path"], str(self.two / "film"))
        (self.one / "film").unlink()
        self.wait()
        self.assertEqual(self.read("film"), b"second")

    def test_appears_when_it_rests(self) -> None:
        """A new file is listed two seconds after its last change at the latest, not while it grows."""
        self.share()
        for size in range(4):
            (self.one / "film").write_bytes(b"x" * size)
            self.wait(1)
            self.assertEqual(self.names(), [])
        self.wait(2)
        self.assertEqual(self.names(), ["film"])
        self.assertEqual(self.events.named("shared"), [{"name": "film", "length": 3}])

    def test_vanishes(self) -> None:
        """A file that goes is no longer listed two seconds later."""
        (self.one / "film").write_bytes(b"abc")
        self.share()
        (self.one / "film").unlink()
        self.wait(2)
        self.assertEqual(self.names(), [])
        self.assertEqual([told["name"] for told in self.events.named("withdrawn")], ["film"])
        self.assertEqual(self.refused("film"), "“film” is not shared here")

    def test_unknown_name(self) -> None:
        """A name that nobody shares is refused printably, whatever it is."""
        self.share()
        for name in ("", "no", "../one/film", "/etc/passwd", "a\0b", "\x1b[2J", "x" * 10000):
            self.assertTrue(self.refused(name).isprintable())

    @given(st.text(max_size=30) | st.from_regex(r"(\.\.?/|/|\\|~|\x00|film|one|two)+", fullmatch=True))
    def test_F55_nothing_but_what_is_listed(self, name: str) -> None:
        """No text but a listed name opens anything."""
        if not hasattr(self, "shares"):
            (self.one / "film").write_bytes(b"abc")
            self.share()
        if name != "film":
            self.assertTrue(is_harmless(self.refused(name)))

    def test_F12_no_descriptor_left(self) -> None:
        """Who asks then is told so; the film is still shared, and can be had when there are some again."""
        (self.one / "film").write_bytes(b"abc")
        self.share()
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        opening = self.shares.open("film")
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        self.assertIn("too many open files", str(self.failureResultOf(opening, StorageError).value))
        self.wait()
        self.assertEqual((self.names(), self.read("film")), (["film"], b"abc"))

    def test_told_once(self) -> None:
        """What may not be shared is told once, the many as a number."""
        most = LIMITS.share_told
        for number in range(most + 5):
            (self.one / f"{number:02}").symlink_to("/etc/passwd")
        self.share()
        self.wait(5)
        told = self.events.named("not_shared")
        self.assertEqual(len(told), most + 1)
        self.assertEqual(told[-1], {"path": str(self.one), "reason": "so it is with 5 more in it"})

    def test_asked_before_the_first_look(self) -> None:
        """A name that is asked for while the folders are looked at first is not refused."""
        (self.one / "film").write_bytes(b"abc")
        self.workers = HeldWorkers()
        self.share()
        opening = self.shares.open("film")
        self.workers.step(2)
        self.workers.flush()
        data: Any = self.successResultOf(opening)
        data.close()


class ServingTests(SharesTestCase):
    def setUp(self) -> None:
        """One film that somebody is in the middle of reading."""
        super().setUp()
        self.film = self.one / "film"
        self.film.write_bytes(b"x" * 1_000_000)
        self.share(chunk_bytes=1000)
        self.data: Any = self.successResultOf(self.shares.open("film"))
        self.consumer = PausingConsumer()
        self.reading = self.data.read_to(self.consumer)

    def assert_ended(self) -> None:
        """The transfer fails within two seconds although nobody reads on; the name is gone."""
        self.assertNoResult(self.reading)
        self.wait(2)
        self.failureResultOf(self.reading, Gone)
        self.assertRaises(Gone, self.data.check)
        self.data.close()

    def test_provides(self) -> None:
        """What is opened can be read and sent from the file."""
        self.assertTrue(verifyObject(IData, self.data))
        self.assertTrue(verifyObject(IFileSpans, self.data))
        self.data.check()
        ((_, offset, length),) = self.data.spans(10, 30)
        self.assertEqual((offset, length), (10, 20))

    def test_closed(self) -> None:
        """Who closes what he reads stops reading it."""
        self.data.close()
        self.failureResultOf(self.reading, ReadStopped)

    def test_F08_truncated(self) -> None:
        """A file cut short ends its transfer; it comes back with the new content."""
        os.truncate(self.film, 10)
        self.assert_ended()
        self.wait(1)
        self.assertEqual(self.read("film"), b"x" * 10)

    def test_F08_overwritten_in_place(self) -> None:
        """A file whose bytes change without its length ends its transfer."""
        with self.film.open("r+b") as file:
            file.write(b"other")
        self.assert_ended()

    def test_F08_appended(self) -> None:
        """A file that grows ends its transfer."""
        with self.film.open("ab") as file:
            file.write(b"more")
        self.assert_ended()

    def test_F08_replaced(self) -> None:
        """A file moved over the one that is served ends its transfer."""
        new = self.two / "new"
        new.write_bytes(b"y" * 1_000_000)
        new.rename(self.film)
        self.assert_ended()

    def test_F08_changed_a_moment_ago(self) -> None:
        """Between the change and the scan that sees it nothing else is served under the name."""
        self.film.write_bytes(b"new")
        self.assertEqual(self.refused("film"), "“film” is no longer as it was; try again")
        self.wait(2.2)
        self.assertEqual(self.read("film"), b"new")
        self.failureResultOf(self.reading, Gone)

    def test_F07_removed(self) -> None:
        """A folder that goes takes its names and transfers with it, and brings the names back."""
        shutil.rmtree(self.one)
        self.assert_ended()
        self.assertEqual(self.names(), [])
        self.assertEqual(
            self.events.named("share_lost"),
            [{"path": str(self.one), "reason": "there is no such file or folder"}],
        )
        self.one.mkdir()
        self.film.write_bytes(b"back")
        self.wait(3)
        self.assertEqual(self.read("film"), b"back")
        self.assertEqual(
            self.events.named("share_open")[2:], [{"path": str(self.one), "names": 1, "who": "everyone"}]
        )

    def test_F07_replaced_by_another_folder(self) -> None:
        """A folder that is swapped for another, as by a mount over it, is a new one."""
        self.one.rename(self.one.with_name("away"))
        self.one.mkdir()
        self.assert_ended()
        self.assertEqual(self.names(), [])

    def test_F55_replaced_by_a_link(self) -> None:
        """A folder that became a link is shared no more, wherever it leads; within two seconds."""
        away, foreign = self.one.with_name("away"), self.one.with_name("foreign")
        foreign.mkdir()
        (foreign / "secret").write_bytes(b"x")
        for place in (foreign, away):
            self.one.rename(away)
            self.one.symlink_to(place)
            self.wait(2)
            self.assertEqual(self.names(), [])
            self.assertEqual(self.events.named("share_lost")[-1]["reason"], "it became a symbolic link")
            self.one.unlink()
            away.rename(self.one)
            self.wait(3)
            self.assertEqual(self.names(), ["film"])
        self.failureResultOf(self.reading, Gone)

    def test_read_to_the_end(self) -> None:
        """A file that nothing happens to is read whole while scans go on."""
        self.wait(5)
        while not self.reading.called:
            self.consumer.resume()
        self.assertEqual(self.successResultOf(self.reading), 1_000_000)
        self.data.close()
        self.data.close()


class CountTests(SharesTestCase):
    def test_collision(self) -> None:
        """A name is counted once, in the folder that it is fetched from."""
        for folder in (self.one, self.two):
            (folder / "film").write_bytes(b"abc")
        (self.one / "deep").mkdir()
        (self.one / "deep" / "film").write_bytes(b"abc")
        self.share()
        self.wait(1)
        self.assertEqual([event["names"] for event in self.events.named("share_open")], [1, 0])


class OpeningTests(SharesTestCase):
    def test_cancelled(self) -> None:
        """A file that a worker opens after its reader left is closed again."""
        (self.one / "film").write_bytes(b"abc")
        self.workers = HeldWorkers()
        self.share()
        self.workers.step(2)
        before = len(os.listdir("/proc/self/fd"))
        opening = self.shares.open("film")
        opening.cancel()
        self.failureResultOf(opening)
        self.workers.flush()
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_withdrawn_while_opening(self) -> None:
        """A file that a look withdraws while a worker still opens it fails its first check."""
        (self.one / "film").write_bytes(b"abc")
        self.workers = OvertakingWorkers()
        self.share()
        self.workers.flush()
        opening = self.shares.open("film")
        self.workers.hold()
        self.one.rename(self.one.with_name("away"))
        self.wait(1)
        self.workers.flush()
        self.assertEqual(self.names(), [])
        self.workers.give()
        data: Any = self.successResultOf(opening)
        self.assertRaises(Gone, data.check)
        data.close()

    def test_nothing_left(self) -> None:
        """After stopping no timer and no watch is left, and who waits is told."""
        self.workers = HeldWorkers()
        self.share()
        opening = self.shares.open("film")
        self.shares.stop()
        self.failureResultOf(opening)
        self.assertEqual(self.reactor.getDelayedCalls(), [])
        self.assertEqual(self.reactor.getReaders(), [])


class NoticedTests(SharesTestCase):
    portable = ""

    def test_closed_files_appear_at_once(self) -> None:
        """With the system's notices a file is listed as soon as it is closed, never before."""
        self.share()
        with (self.one / "film").open("wb") as file:
            for _ in range(40):
                file.write(b"x")
                file.flush()
                self.wait(0.05)
            self.wait(1.5)
            self.assertEqual(self.names(), [])
        self.wait(0.1)
        self.assertEqual(self.names(), ["film"])

    def test_moved_and_linked_files(self) -> None:
        """A file that is moved in is listed at once, a hard link soon."""
        outside = self.one.with_name("outside")
        outside.write_bytes(b"film")
        self.share()
        os.link(outside, self.one / "linked")
        outside.rename(self.one / "moved")
        self.wait(0.15)
        self.assertEqual(self.names(), ["moved"])
        self.wait(2)
        self.assertEqual(self.names(), ["linked", "moved"])

    def test_F08_seen_at_once(self) -> None:
        """A change shows in a tenth of a second."""
        film = self.one / "film"
        film.write_bytes(b"abc")
        self.share()
        film.write_bytes(b"defg")
        self.wait(0.1)
        self.assertEqual(self.read("film"), b"defg")
        film.unlink()
        self.wait(0.1)
        self.assertEqual(self.names(), [])
