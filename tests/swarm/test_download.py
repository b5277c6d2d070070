"""Filling a stream from one peer after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import Awaited, Need, SourceSnapshot
from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.errors import NoSource, PeersDisagree, SourceLost, StorageError
from p2pstream.interfaces import IStreamView
from p2pstream.limits import LIMITS
from p2pstream.swarm.download import Download
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.wires.sources import FakeSources
from p2pstream.testing.workers import HeldWorkers, InlineWorkers
from tests.swarm.ending import end

A, B, C = (Address(f"10.0.0.{n}", 2050) for n in (1, 2, 3))
FILM = bytes(range(256)) * 40


class DownloadCase(SynchronousTestCase):
    """A download whose peers and clock the test moves."""

    def start(self, *peers: Address, sources: FakeSources | None = None, **given: Any) -> Deferred[None]:
        """Ask these peers."""
        self.clock = HeapClock()
        self.heard = HeardEvents()
        self.sources = sources or FakeSources()
        self.file = given.get("file") or MemoryFile()
        limits = given.get("limits", LIMITS)
        self.data = PartialData(self.file, given.get("workers", InlineWorkers()), limits)
        connect = given.get("connect", self.sources.connect)
        self.download = Download("film", self.data, connect, peers, self.clock, self.heard, limits)
        self.done = self.download.run()
        self.addCleanup(end, self.done)
        return self.done

    def kept(self) -> bytes:
        """What is in the file."""
        return self.file.pread(0, 1 << 20)

    def assert_filled(self, content: bytes) -> None:
        """The download ended well, and the data is whole."""
        self.successResultOf(self.done)
        self.assertTrue(self.data.complete)
        self.assertEqual((self.data.length, self.kept()), (len(content), content))
        self.assert_quiet()

    def failed(self, kind: type[Exception]) -> str:
        """The line that the download ended with, which readers are told too."""
        fault = self.failureResultOf(self.done, kind).value
        self.assert_quiet()
        self.assertLessEqual(len(str(fault).splitlines()), 1)
        return str(fault)

    def assert_quiet(self) -> None:
        """No timer, and no connection, is left."""
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertTrue(all(source.closed for source in self.sources.met))


class OneSourceTests(DownloadCase):
    """A single peer."""

    def test_all_of_it(self) -> None:
        """What the peer sends until its end is the stream; it is never called verified."""
        self.start(A)
        self.sources.current.send(FILM[:5000])
        self.assertNoResult(self.done)
        self.sources.current.send(FILM[5000:])
        self.sources.current.end()
        self.assert_filled(FILM)
        self.assertFalse(self.download.snapshot().verified)
        self.assertEqual(
            [event for event, _ in self.heard.heard],
            ["source_connected", "first_byte", "source_finished", "fetched"],
        )

    def test_an_empty_stream(self) -> None:
        """The only peer there is may well share an empty file."""
        self.start(A)
        self.sources.current.end()
        self.assert_filled(b"")

    def test_one_byte(self) -> None:
        """A stream of one byte is a stream."""
        self.start(A)
        self.sources.current.send(b"x")
        self.sources.current.end()
        self.assert_filled(b"x")

    def test_nobody(self) -> None:
        """Without peers the error says so at once."""
        self.start()
        self.assertEqual(self.failed(NoSource), "nobody is listed for “film”")

    def test_a_peer_that_never_answers_the_dial(self) -> None:
        """A dial is bounded here too, whatever the protocol does."""
        self.start(A, sources=FakeSources(silent=(A,)))
        self.clock.advance(LIMITS.connect_s)
        self.assertIn("10.0.0.1:2050 did not answer within 5 s", self.failed(NoSource))

    def test_F41_a_peer_that_stalls(self) -> None:
        """30 s without a byte end it; every byte before gave it new time."""
        self.start(A)
        for _ in range(4):
            self.clock.advance(29)
            self.sources.current.send(b"x")
        self.clock.advance(29.9)
        self.assertNoResult(self.done)
        self.clock.advance(0.2)
        self.assertIn("sent 4 B, then sent nothing for 30 s", self.failed(NoSource))

    def test_a_source_that_never_fails(self) -> None:
        """A plugin whose source does not keep its promise to fail when closed stops nobody."""
        self.start(A, B)
        (first,) = self.sources.met
        first.obedient = False
        self.clock.advance(4)
        first.send(b"late")
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)

    def test_a_broken_plugin(self) -> None:
        """Whatever a protocol raises is that source's trouble, named in the end."""

        def connect(address: Address) -> Any:
            raise ZeroDivisionError("oh")

        self.start(A, connect=connect)
        self.assertIn("10.0.0.1:2050 failed: ZeroDivisionError: oh", self.failed(NoSource))

    def test_our_pause_is_not_its_fault(self) -> None:
        """While our disk is behind, the peer's silence does not count."""
        workers = HeldWorkers()
        limits = replace(LIMITS, unwritten_bytes=4096, receive_bytes=1024)
        self.start(A, workers=workers, limits=limits)
        self.sources.current.send(FILM)
        self.assertTrue(self.sources.current.paused)
        self.clock.advance(100)
        self.assertNoResult(self.done)
        workers.flush()
        self.assertFalse(self.sources.current.paused)
        self.clock.advance(29)
        self.sources.current.end()
        workers.flush()
        self.assert_filled(FILM)


class SeveralTests(DownloadCase):
    """One peer replaced by the next."""

    def test_in_listed_order(self) -> None:
        """The first that can be reached is asked; nobody else is dialled."""
        self.start(A, B, C, sources=FakeSources(A))
        self.assertEqual(self.sources.dialled, [A, B])
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)
        self.assertEqual(self.heard.named("source_refused")[0]["address"], "10.0.0.1:2050")

    def test_one_that_dies_midway(self) -> None:
        """The next begins at 0 again; what is there is compared, the rest is taken."""
        self.start(A, B)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.assertEqual(self.data.have, Ranges([(0, 4000)]))
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)
        lost = self.heard.named("source_lost")
        self.assertEqual([(event["address"], event["received"]) for event in lost], [("10.0.0.1:2050", 4000)])

    def test_one_that_dies_before_where_the_other_was(self) -> None:
        """A replacement that breaks off earlier takes nothing away."""
        self.start(A, B, C)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.sources.current.send(FILM[:100])
        self.sources.current.lose()
        self.assertEqual(self.data.have, Ranges([(0, 4000)]))
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)

    def test_peers_that_disagree(self) -> None:
        """A replacement with other bytes is dropped for the next, which agrees."""
        self.start(A, B, C)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.sources.current.send(FILM[:3000] + b"\xff" + FILM[3001:])
        self.assertEqual(self.sources.dialled, [A, B, C])
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)
        reason = self.heard.named("source_lost")[1]["reason"]
        self.assertEqual(reason, "sent other bytes than 10.0.0.1:2050 from byte 3000 on")

    def test_peers_that_disagree_in_the_end(self) -> None:
        """When nobody is left, the error names both."""
        self.start(A, B)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.sources.current.send(b"\xff" * 4000)
        said = self.failed(PeersDisagree)
        self.assertIn("different streams under the name “film”", said)
        self.assertTrue(said.endswith("; ask those who share it which is the right one"))
        self.assertIn("10.0.0.1:2050 sent 4.0 kB, then the connection was reset", said)
        self.assertIn(
            "10.0.0.2:2050 sent 4.0 kB, then sent other bytes than 10.0.0.1:2050 from byte 0 on", said
        )

    def test_one_that_ends_too_early(self) -> None:
        """A clean end before what another peer sent is a difference too (an ancestor that was killed)."""
        self.start(A, B)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.sources.current.send(FILM[:3000])
        self.sources.current.end()
        self.assertIn("ended at byte 3000, where 10.0.0.1:2050 went on", self.failed(PeersDisagree))
        self.assertFalse(self.data.complete)

    def test_difference_seen_after_the_end(self) -> None:
        """The disk may find the difference only when the source is gone already."""
        workers = HeldWorkers()
        self.start(A, B, C, workers=workers)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        workers.flush()
        self.sources.current.send(b"\xff" * 4000)
        self.sources.current.end()
        workers.flush()
        self.sources.current.send(FILM)
        self.sources.current.end()
        workers.flush()
        self.assert_filled(FILM)

    def test_nothing_from_one_of_several(self) -> None:
        """A peer that closes without a byte is doubted while another can be asked."""
        self.start(A, B)
        self.sources.current.end()
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)

    def test_nothing_from_all(self) -> None:
        """If all that can be reached send nothing, the stream is empty."""
        for sources in (FakeSources(), FakeSources(B)):
            self.start(A, B, sources=sources)
            for source in list(self.sources.met):
                source.end()
            self.sources.current.end()
            self.assert_filled(b"")

    def test_nothing_and_a_part(self) -> None:
        """An empty end beside a broken transfer is no stream at all."""
        self.start(A, B)
        self.sources.current.end()
        self.sources.current.send(FILM[:100])
        self.sources.current.lose()
        said = self.failed(NoSource)
        self.assertIn("10.0.0.1:2050 sent nothing; 10.0.0.2:2050 sent 100 B, then", said)

    def test_every_peer_is_named(self) -> None:
        """When all fail, one line says of each peer why."""
        sources = FakeSources(A)
        sources.refusing[B] = ConnectionRefusedError(111)
        self.start(A, B, C, sources=sources)
        self.sources.current.send(FILM[:1500])
        self.sources.current.lose()
        self.assertEqual(
            self.failed(NoSource),
            "nobody could send “film”: 10.0.0.1:2050 cannot be reached: connection refused; "
            "10.0.0.2:2050 cannot be reached: connection refused; "
            "10.0.0.3:2050 sent 1.5 kB, then the connection was reset; try again later",
        )

    def test_a_slow_first_byte(self) -> None:
        """With others to ask, 3 s without a first byte are enough; an ancestor takes one."""
        self.start(A, B)
        self.clock.advance(LIMITS.first_byte_s - 0.1)
        self.assertEqual(self.sources.dialled, [A])
        self.clock.advance(0.2)
        self.assertEqual(self.sources.dialled, [A, B])
        self.sources.current.send(FILM)
        self.clock.advance(29)
        self.sources.current.end()
        self.assert_filled(FILM)

    def test_a_slow_one_is_asked_again(self) -> None:
        """A peer that was left for want of patience is given all of it when the others failed."""
        self.start(A, B, sources=FakeSources(B))
        self.clock.advance(3.1)
        self.assertEqual(self.sources.dialled, [A, B, A])
        self.clock.advance(25)
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)
        (snapshot,) = self.download.snapshot().sources[:1]
        self.assertEqual(snapshot, SourceSnapshot("10.0.0.1:2050", len(FILM), "finished", len(FILM)))

    def test_listed_twice(self) -> None:
        """An address that is listed twice is one peer."""
        self.start(A, A, sources=FakeSources(A))
        self.failed(NoSource)
        self.assertEqual(self.sources.dialled, [A])


class DiskTests(DownloadCase):
    """A disk that refuses."""

    def test_a_peer_that_never_stops(self) -> None:
        """Only the disk bounds a stream; a full one ends it with an error of its own."""

        class Full(MemoryFile):
            def pwrite(self, offset: int, chunk: Any) -> None:
                if offset + len(chunk) > 9000:
                    raise OSError(28, "No space left on device")
                super().pwrite(offset, chunk)

        self.start(A, B, file=Full())
        for _ in range(10):
            self.sources.met[0].send(FILM[:1000])
        self.assertIn("disk full", self.failed(StorageError))
        self.assertEqual(self.sources.dialled, [A])


class ViewTests(DownloadCase):
    """What overlays and progress bars see."""

    def test_snapshot(self) -> None:
        """Who sent what, how fast, and what is waited for."""
        self.start(A, B, sources=FakeSources(A))
        verifyObject(IStreamView, self.download)
        reader = self.data.later(0, 1)
        self.assertEqual(self.download.snapshot().awaited, Awaited(Need.HEAD, of=("10.0.0.2:2050",)))
        for _ in range(10):
            self.clock.advance(0.1)
            self.sources.current.send(FILM[:1000])
        self.successResultOf(reader)
        view = self.download.snapshot()
        self.assertIsNone(view.awaited)
        self.assertEqual((view.name, view.length, view.have), ("film", None, Ranges([(0, 10_000)])))
        self.assertEqual(
            view.sources,
            (
                SourceSnapshot("10.0.0.1:2050", 0, "lost", 0),
                SourceSnapshot("10.0.0.2:2050", 10_000, "sending", 10_000),
            ),
        )
        self.assertTrue(9_000 < view.rate < 12_000, view.rate)
        self.clock.advance(5.0)
        self.assertEqual(self.download.snapshot().awaited, Awaited(Need.UNIT, of=("10.0.0.2:2050",)))
        self.done.cancel()
        self.failureResultOf(self.done)

    def test_what_was_taken(self) -> None:
        """Bytes that differ, or that were here already, became no part of the stream."""
        self.start(A, B, C)
        self.sources.current.send(FILM[:4000])
        self.sources.current.lose()
        self.sources.current.send(FILM[:3000] + b"\xff" + FILM[3001:])
        self.sources.current.send(FILM)
        self.sources.current.end()
        self.assert_filled(FILM)
        taken = [(source.received, source.taken) for source in self.download.snapshot().sources]
        self.assertEqual(taken, [(4000, 4000), (len(FILM), 0), (len(FILM), len(FILM) - 4000)])

    def test_it_ends_as_an_error_of_ours(self) -> None:
        """`SourceLost` never leaves a download: it becomes the verdict on all."""
        self.start(A)
        self.sources.current.lose()
        self.assertNotIsInstance(self.failureResultOf(self.done).value, SourceLost)
