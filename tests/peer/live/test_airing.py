"""A broadcast of ours, from its name to the film that it becomes."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.records import Record
from p2pstream.content.units import LEAF
from p2pstream.data.state import Held
from p2pstream.data.store import Store
from p2pstream.errors import StorageError
from p2pstream.limits import LIMITS
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.live.airing import Airing, Recording
from p2pstream.peer.live.opening import open_airing
from p2pstream.peer.player_node import PlayerNode
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.content.broadcasts import Signed

NOW_S = 1_800_000_000


class Centrals:
    """Where it is listed."""

    def __init__(self) -> None:
        self.known: Head | None = None
        self.heads: list[Head] = []
        self.records: list[Record] = []
        self.first: bytes | None = None

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """As `AiringCentrals`."""
        return succeed(self.known)

    def holder(self, name: str) -> Deferred[bytes | None]:
        """As `AiringCentrals`."""
        return succeed(self.first)

    def tell_head(self, key: LiveKey, head: bytes) -> Deferred[None]:
        """As `AiringCentrals`."""
        self.heads.append(Head.decode(head))
        return succeed(None)

    def publish(self, record: bytes) -> Deferred[None]:
        """As `AiringCentrals`."""
        self.records.append(Record.decode(record))
        return succeed(None)


class AiringTests(SynchronousTestCase):
    """One user's, on one disk."""

    def setUp(self) -> None:
        """Nothing was ever broadcast from here."""
        self.clock, self.disk, self.centrals = Clock(), MemoryDisk(), Centrals()
        self.wall_s = NOW_S
        self.own, self.shown, self.heard = OwnStreams(), 0, HeardEvents()

    def means(self) -> Any:
        """Of a process whose clock of the day is stepped, too."""
        wall = lambda: int((self.wall_s + self.clock.seconds()) * 1e9)  # noqa: E731
        return Means(self.clock, self.heard, InlineWorkers(), wall_ns=wall)

    def open(self, window_s: float = 600.0, records: bool = True, name: str = "show") -> Deferred[Airing]:
        """Begin, or go on."""
        self.store = Store(self.disk, InlineWorkers(), self.clock)
        kept = Recording(self.disk, self.store, window_s, records)
        node, centrals = PlayerNode(self.means()), self.centrals
        return open_airing(name, node, self.own, centrals, kept, self.see)  # type: ignore[arg-type]

    def see(self) -> None:
        """The first of it can be watched."""
        self.shown += 1

    def run_for(self, airing: Airing, seconds: int) -> None:
        """A leaf each second."""
        for _ in range(seconds):
            airing.broadcast.put(bytes(LEAF))
            self.clock.advance(1.0)

    def end(self, airing: Airing) -> tuple[FileKey, bool]:
        """All of it, as the program does it."""
        ended = airing.end()
        deferred = Deferred.fromCoroutine(ended)
        key = self.successResultOf(deferred)
        film = self.successResultOf(Deferred.fromCoroutine(airing.keep(InlineWorkers())))
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        return key, film

    def opened(self, **options: Any) -> Airing:
        """One that could be."""
        return self.successResultOf(Deferred.fromCoroutine(self.open(**options)))  # type: ignore[arg-type]

    def test_longer_than_the_window(self) -> None:
        """All of it is a film all the same, under its name; the window is gone from the disk."""
        airing = self.opened(window_s=30.0)
        self.assertEqual((self.shown, list(self.own.streams())), (0, []))
        self.run_for(airing, 100)
        self.assertEqual((self.shown, list(self.own.streams())), (1, [airing.key]))
        key, film = self.end(airing)
        self.assertEqual((key.length, film, list(self.store.keys())), (100 * LEAF, True, [key]))
        self.assertEqual((self.centrals.records[-1].name, self.centrals.records[-1].key), ("show", key))
        self.assertEqual(list(self.own.streams()), [])
        self.assertEqual([path for path in self.disk.files if path.endswith(("/heads", "/data"))], [])

    def test_not_recorded(self) -> None:
        """No more than the window is kept meanwhile, and nothing at its end: then the name is nobody's."""
        airing = self.opened(window_s=30.0, records=False)
        self.run_for(airing, 100)
        self.assertGreater(airing.broadcast.data.start, 60 * LEAF)
        _, film = self.end(airing)
        self.assertEqual((film, list(self.store.keys())), (False, []))
        self.assertIsNone(self.centrals.records[-1].key)
        self.assertEqual([path for path in self.disk.files if path.endswith(("/heads", "/data"))], [])

    def test_F04_full_disk(self) -> None:
        """What is older than the window makes room, and it goes on; it is no film, and nothing stays."""
        self.disk.room = 80 * LEAF
        airing = self.opened(window_s=30.0)
        self.run_for(airing, 200)
        data = airing.broadcast.data
        self.assertIsNone(airing.broadcast.trouble)
        self.assertEqual((data.edge, data.keeps_all), (200 * LEAF, False))
        _, film = self.end(airing)
        self.assertFalse(film)
        self.assertIsNone(self.centrals.records[-1].key)

    def test_F04_no_room_for_the_window(self) -> None:
        """It can be gone back half as far, down to ten seconds; with no room for these it ends, in words."""
        self.disk.room = 20 * LEAF
        airing = self.opened(window_s=30.0, records=False)
        self.run_for(airing, 40)
        self.assertEqual((airing.broadcast.trouble, airing.broadcast.data.window_s), (None, 15.0))
        self.disk.room = 8 * LEAF
        self.run_for(airing, 2)
        self.assertEqual(airing.broadcast.data.window_s, LIMITS.live_window_least_s)
        self.assertIn("window of a broadcast", str(airing.broadcast.trouble))

    def test_goes_on(self) -> None:
        """Left without an end, it is the same epoch the next time; its head is told to centrals meanwhile."""
        airing = self.opened()
        self.run_for(airing, 5)
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        epoch = self.centrals.heads[-1].epoch
        self.assertGreaterEqual(epoch, NOW_S)
        again = self.opened()
        self.run_for(again, 5)
        self.assertEqual(self.centrals.heads[-1].epoch, epoch)
        key, film = self.end(again)
        self.assertEqual((key.length, film), (10 * LEAF, True))

    def test_clock_set_back(self) -> None:
        """While it runs, its times go on, and follow it forwards; while it was away, it begins anew."""
        airing = self.opened()
        self.run_for(airing, 5)
        before = self.centrals.heads[-1]
        self.wall_s -= 86_400
        self.run_for(airing, 5)
        after = self.centrals.heads[-1]
        self.assertEqual((after.epoch, after.captured_ms - before.captured_ms > 3000), (before.epoch, True))
        self.wall_s += 90_000
        self.run_for(airing, 5)
        asleep = self.centrals.heads[-1]
        self.assertGreater(asleep.captured_ms - after.captured_ms, 3_600_000)
        self.wall_s -= 90_000
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        again = self.opened()
        self.run_for(again, 5)
        last = self.centrals.heads[-1]
        self.assertEqual(last.epoch, before.epoch + 1)
        self.assertLess(last.captured_ms, before.captured_ms)

    def test_F46_the_journal_is_lost(self) -> None:
        """No epoch is used twice, be it that a central remembers it, or only the time of day."""
        airing = self.opened()
        self.run_for(airing, 5)
        before = airing.broadcast.lineage.edge
        assert before is not None
        for path in [path for path in self.disk.files if path.endswith("/heads")]:
            self.disk.remove(path)
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        for path in [path for path in self.disk.files if path.startswith("live/") and "channels" not in path]:
            self.disk.remove(path)
        again = self.opened()
        self.run_for(again, 2)
        epoch = again.broadcast.lineage.epoch
        assert epoch is not None
        self.assertGreater(epoch, before.epoch)

    def test_F46_a_central_knows_more(self) -> None:
        """Also where our clock is wrong: it begins above what the channel signed before."""
        self.centrals.known = Signed(epoch=NOW_S + 1000).slice(1)
        opening = Deferred.fromCoroutine(self.open())  # type: ignore[arg-type]
        self.clock.advance(2 * LIMITS.live_tell_s)
        airing = self.successResultOf(opening)
        self.run_for(airing, 2)
        self.assertEqual(airing.broadcast.lineage.epoch, NOW_S + 1001)

    def test_F46_the_same_key_twice(self) -> None:
        """Who broadcasts elsewhere goes on; the second is refused in words, and may when that one is over."""
        elsewhere = Signed(epoch=NOW_S)
        self.centrals.known = elsewhere.slice(1)
        opening = Deferred.fromCoroutine(self.open())  # type: ignore[arg-type]
        self.centrals.known = elsewhere.slice(1)
        self.clock.advance(2 * LIMITS.live_tell_s)
        fault = self.failureResultOf(opening, Held)
        self.assertIn("another program does, elsewhere and with the same key", str(fault.value))
        opening = Deferred.fromCoroutine(self.open())  # type: ignore[arg-type]
        self.clock.advance(2 * LIMITS.live_tell_s - 0.001)
        self.assertNoResult(opening)
        self.clock.advance(0.001)
        self.run_for(self.successResultOf(opening), 2)
        self.assertEqual(len(self.centrals.heads), 1)

    def test_F46_what_is_here_is_older(self) -> None:
        """As of a folder that was copied: no number is signed twice; what is as new as is known goes on."""
        airing = self.opened()
        self.run_for(airing, 5)
        copied = {path: bytes(each.content) for path, each in self.disk.files.items()}
        self.run_for(airing, 5)
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        self.centrals.known = last = airing.broadcast.lineage.edge
        assert last is not None
        again = self.opened()
        self.run_for(again, 2)
        self.assertEqual(again.broadcast.lineage.epoch, last.epoch)
        self.successResultOf(Deferred.fromCoroutine(again.close()))
        for path, content in copied.items():
            self.disk.files[path].content[:] = content
        opening = Deferred.fromCoroutine(self.open())  # type: ignore[arg-type]
        self.clock.advance(2 * LIMITS.live_tell_s)
        airing = self.successResultOf(opening)
        self.run_for(airing, 2)
        self.assertGreater(airing.broadcast.lineage.epoch or 0, last.epoch)

    def test_F46_somebody_elses_name(self) -> None:
        """Is told, and broadcast all the same: who has the key in mind gets it; our own is not told."""
        airing = self.opened()
        self.run_for(airing, 2)
        self.end(airing)
        self.centrals.first = self.centrals.records[-1].pub
        self.successResultOf(Deferred.fromCoroutine(self.opened().close()))
        self.assertEqual(self.heard.named("name_held"), [])
        self.centrals.first = b"?" * 32
        airing = self.opened()
        self.assertEqual(self.heard.named("name_held"), [{"name": "show", "key": str(airing.key)}])
        self.successResultOf(Deferred.fromCoroutine(airing.close()))

    def test_taken(self) -> None:
        """A second program is refused in words; where one failed to begin, the next may."""
        airing = self.opened()
        fault = self.failureResultOf(Deferred.fromCoroutine(self.open()), Held)  # type: ignore[arg-type]
        self.assertIn("cannot use the channel of “show”", str(fault.value))
        self.successResultOf(Deferred.fromCoroutine(airing.close()))
        self.disk.room = 0
        self.failureResultOf(Deferred.fromCoroutine(self.open(name="other")), StorageError)  # type: ignore[arg-type]
        self.disk.room = None
        other = self.opened(name="other")
        self.successResultOf(Deferred.fromCoroutine(other.close()))
