"""Keys found out in the background, on a clock that tests turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.shown import HashingSnapshot
from p2pstream.data.disk import Stamp
from p2pstream.errors import Gone, StorageError
from p2pstream.limits import LIMITS
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.keys.keying import Keying
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import InlineWorkers

WALL_NS = 1_700_000_000 * 10**9
OLD_NS = WALL_NS - 60 * 10**9


def offer(name: str, size: int = 1, changed_ns: int = OLD_NS) -> Offer:
    """A file that changed then."""
    return Offer.of(0, name, Stamp(1, 1, size, changed_ns, changed_ns))


def key(offer: Offer) -> FileKey:
    """The key that files have here."""
    return FileKey(offer.name.encode().ljust(32, b"."), offer.stamp.size)


class HeldKeys:
    """Remembers what it is told to, and finds out the rest when the test says so."""

    def __init__(self) -> None:
        self.remembered: set[Offer] = set()
        self.asked: list[tuple[Offer, Callable[[int], None], Deferred[FileKey]]] = []
        self.cancelled: list[Offer] = []

    def known(self, offer: Offer) -> FileKey | None:
        """The key, if it is remembered."""
        return key(offer) if offer in self.remembered else None

    def find(self, offer: Offer, progress: Callable[[int], None]) -> Deferred[FileKey]:
        """Wait for the test."""
        found: Deferred[FileKey] = Deferred(lambda _: self.cancelled.append(offer))
        self.asked.append((offer, progress, found))
        return found

    def names(self) -> list[str]:
        """What was asked for so far."""
        return [offer.name for offer, _, _ in self.asked]


class KeyingTestCase(SynchronousTestCase):
    def setUp(self) -> None:
        """Nothing is shared yet."""
        self.clock = HeapClock()
        self.keys = HeldKeys()
        self.events = HeardEvents()
        self.changes: list[tuple[list[str], list[str]]] = []
        self.looked = 0
        self.make(LIMITS)

    def make(self, limits: object) -> None:
        """Begin anew."""
        means = Means(self.clock, self.events, InlineWorkers(), limits=limits, wall_ns=self.wall_ns)
        self.keying = Keying(means, self.keys, self.look)
        self.keying.observe(self.changed)
        self.addCleanup(self.keying.stop)

    def changed(self, came: list[Offer], went: list[Offer]) -> None:
        """Keep it."""
        self.changes.append(([each.name for each in came], [each.name for each in went]))

    def look(self) -> None:
        """Count it."""
        self.looked += 1

    def wall_ns(self) -> int:
        """The wall clock goes as ours does."""
        return WALL_NS + round(self.clock.seconds() * 1e9)

    def share(self, *offers: Offer) -> None:
        """They come."""
        self.keying.turned(Turn(offers, (), ()))
        self.clock.advance()

    def withdraw(self, *offers: Offer) -> None:
        """They go."""
        self.keying.turned(Turn((), offers, ()))

    def found(self, number: int = -1) -> None:
        """One was read whole."""
        asked, progress, deferred = self.keys.asked[number]
        progress(asked.stamp.size)
        deferred.callback(key(asked))


class AgainTests(KeyingTestCase):
    """Files whose keys are doubted."""

    def setUp(self) -> None:
        """One has its key."""
        super().setUp()
        self.keys.remembered = {offer("a")}
        self.share(offer("a"))
        self.changes.clear()

    def test_b3_as_it_was(self) -> None:
        """It is read, keeps its key meanwhile, and nothing changes."""
        self.keying.again(offer("a"))
        self.assertIn(key(offer("a")), self.keying.keyed)
        self.found()
        self.assertEqual((self.keys.names(), self.changes), (["a"], []))

    def test_b3_another_key(self) -> None:
        """What has another key now is known by that one alone."""
        self.keying.again(offer("a"))
        self.keys.asked[0][2].callback(key(offer("other")))
        self.assertEqual(self.changes, [(["a"], ["a"])])
        self.assertEqual(self.keying.keyed.keys(), (key(offer("other")),))


class OrderTests(KeyingTestCase):
    def test_remembered(self) -> None:
        """What is remembered has its key at once, and is not read."""
        self.keys.remembered = {offer("a"), offer("b")}
        self.share(offer("a"), offer("b"))
        self.assertEqual(self.changes, [(["a", "b"], [])])
        self.assertEqual(self.keys.asked, [])
        self.assertEqual(self.events.heard, [])

    def test_one_at_a_time(self) -> None:
        """One file is read, then the next; small ones first."""
        self.share(offer("huge", 10**10), offer("large", 10**9), offer("small", 5), offer("middle", 50))
        for read in range(4):
            self.assertEqual(self.keys.names(), ["small", "middle", "large", "huge"][: 1 + read])
            self.found()
        self.assertEqual(self.changes, [(["small"], []), (["middle"], []), (["large"], []), (["huge"], [])])
        self.assertEqual(len(self.keying.keyed), 4)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_many_at_once(self) -> None:
        """Keys that are found at once do not end in a recursion."""
        self.keys.find = lambda offer, progress: succeed(key(offer))
        self.share(*(offer(f"{number}") for number in range(2000)))
        self.assertEqual(len(self.keying.keyed), 2000)

    def test_fresh_file_waits(self) -> None:
        """What changed a moment ago is read when it has settled, wherever its times lie."""
        for name, changed_ns in (("now", WALL_NS), ("future", WALL_NS + 10**18)):
            self.share(offer(name, changed_ns=changed_ns))
        self.clock.advance(LIMITS.hash_settle_s)
        self.assertEqual(self.keys.names(), [])
        self.clock.advance(0.1)
        self.found()
        self.assertEqual(sorted(self.keys.names()), ["future", "now"])

    def test_F15_wall_clock_steps(self) -> None:
        """A step of the wall clock by years makes no file wait for longer than usual."""
        for step_ns in (-(10**18), 10**18):
            self.patch(self, "wall_ns", lambda step_ns=step_ns: WALL_NS + step_ns)
            self.make(LIMITS)
            self.share(offer(f"film{step_ns}"))
            self.clock.advance(2.1)
            self.assertIn(f"film{step_ns}", self.keys.names())
            self.keying.stop()


class BesideTests(KeyingTestCase):
    """A large file is being read."""

    def setUp(self) -> None:
        """It has as few bytes as a large one can have."""
        super().setUp()
        self.bound = LIMITS.hash_file_apart_bytes
        self.share(offer("large", self.bound))

    def test_small(self) -> None:
        """What is small does not wait for it; they, too, are read one at a time."""
        self.share(offer("b", self.bound - 1), offer("a", 5))
        self.assertEqual(self.keys.names(), ["large", "a"])
        self.found()
        self.assertEqual(self.keys.names(), ["large", "a", "b"])
        self.found()
        self.assertEqual(self.changes, [(["a"], []), (["b"], [])])
        self.found(0)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_large(self) -> None:
        """What is not small waits: never are two large ones read at once."""
        self.share(offer("next", self.bound))
        self.assertEqual(self.keys.names(), ["large"])
        self.found()
        self.assertEqual(self.keys.names(), ["large", "next"])

    def test_large_after_small(self) -> None:
        """The next large one is not begun while small ones wait."""
        self.share(offer("next", self.bound), offer("a", 5), offer("b", 6))
        self.found(0)
        self.assertEqual(self.keys.names(), ["large", "a"])
        self.found()
        self.found()
        self.assertEqual(self.keys.names(), ["large", "a", "b", "next"])

    def test_fresh(self) -> None:
        """A small one that changed a moment ago is read as soon as it has settled."""
        self.share(offer("fresh", 5, changed_ns=WALL_NS), offer("next", self.bound))
        self.assertEqual(self.keys.names(), ["large"])
        self.clock.advance(LIMITS.hash_settle_s + 0.1)
        self.assertEqual(self.keys.names(), ["large", "fresh"])

    def test_withdrawn(self) -> None:
        """Each ends by itself."""
        self.share(offer("a", 5))
        self.withdraw(offer("large", self.bound))
        self.assertEqual(self.keys.cancelled, [offer("large", self.bound)])
        self.found()
        self.assertEqual(self.changes, [(["a"], [])])

    def test_F18_stop(self) -> None:
        """A stop ends both."""
        self.share(offer("a", 5))
        self.keying.stop()
        self.assertEqual([each.name for each in self.keys.cancelled], ["large", "a"])

    def test_told(self) -> None:
        """What was read of each counts for itself; one line when both are read."""
        self.share(offer("a", 5000))
        for (_, progress, _), count in zip(self.keys.asked, (1000, 200), strict=True):
            progress(count)
        self.assertEqual(self.keying.hashing(), HashingSnapshot(2, 1200, self.bound + 5000))
        self.assertEqual(self.keying.hashed(offer("a", 5000)), 200)
        self.keys.asked[1][1](4800)
        self.keys.asked[1][2].callback(key(offer("a", 5000)))
        self.assertEqual(self.keying.hashing(), HashingSnapshot(1, 6000, self.bound + 5000))
        self.assertEqual(self.events.heard, [])
        self.keys.asked[0][1](self.bound - 1000)
        self.keys.asked[0][2].callback(key(offer("large", self.bound)))
        self.assertEqual(
            self.events.heard, [("hashed", {"files": 2, "size": self.bound + 5000, "seconds": 0.0})]
        )


class EndTests(KeyingTestCase):
    def test_withdrawn_while_read(self) -> None:
        """A file that vanishes is not read on; the next one's turn comes."""
        self.share(offer("a"), offer("b"))
        self.withdraw(offer("a"))
        self.assertEqual(self.keys.cancelled, [offer("a")])
        self.assertEqual(self.keys.names(), ["a", "b"])
        self.found()
        self.assertEqual(self.changes, [(["b"], [])])

    def test_withdrawn_before(self) -> None:
        """What vanished before its turn is not read."""
        self.share(offer("a"), offer("b"))
        self.withdraw(offer("b"))
        self.found()
        self.assertEqual(self.keys.names(), ["a"])

    def test_withdrawn_after(self) -> None:
        """Only what had a key is told to be gone."""
        self.share(offer("a"), offer("b"))
        self.found()
        self.withdraw(offer("a"), offer("b"))
        self.assertEqual(self.changes, [(["a"], []), ([], ["a"])])
        self.assertEqual(len(self.keying.keyed), 0)

    def test_replaced(self) -> None:
        """A file that is replaced gives its key up at once, and gets one when it was read."""
        self.share(offer("a"))
        self.found()
        new = offer("a", 2)
        self.keying.turned(Turn((new,), (offer("a"),), ()))
        self.assertEqual(self.changes[-1], ([], ["a"]))
        self.found()
        self.assertEqual(self.keying.keyed.keys(), (key(new),))

    def test_F08_changed_while_read(self) -> None:
        """A file that turned out to be another is looked at again, and has no key."""
        self.share(offer("a"))
        self.keys.asked[0][2].errback(Gone("changed"))
        self.assertEqual((self.looked, len(self.keying.keyed)), (1, 0))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_F06_disk_refuses(self) -> None:
        """An error of the disk is told, and tried again; others are read meanwhile."""
        self.share(offer("a"), offer("b"))
        self.keys.asked[0][2].errback(StorageError("the disk reported an error"))
        (told,) = self.events.named("key_missing")
        self.assertEqual(told["name"], "a")
        self.found()
        self.clock.advance(LIMITS.hash_retry_s)
        self.assertEqual(self.keys.names(), ["a", "b", "a"])

    def test_bug(self) -> None:
        """A fault of ours is logged, and nothing pretends that the file has a key."""
        self.keys.find = lambda offer, progress: fail(ZeroDivisionError())
        self.share(offer("a"))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_F18_stop(self) -> None:
        """After a stop nothing is read, nothing is told and no timer is left."""
        self.share(offer("a"), offer("b"), offer("late", changed_ns=WALL_NS))
        self.keying.stop()
        self.assertEqual(self.keys.cancelled, [offer("a")])
        self.clock.advance(10)
        self.assertEqual((self.keys.names(), self.changes), (["a"], []))
        self.assertEqual(self.clock.getDelayedCalls(), [])


class ToldTests(KeyingTestCase):
    def test_once_when_done(self) -> None:
        """However many files: one line when all are read."""
        self.share(offer("a", 1000), offer("b", 2000))
        self.clock.advance(1)
        self.found()
        self.clock.advance(1)
        self.found()
        self.assertEqual(self.events.heard, [("hashed", {"files": 2, "size": 3000, "seconds": 2.0})])

    def test_now_and_then(self) -> None:
        """While it lasts a line every ten seconds, however often bytes are read."""
        self.make(replace(LIMITS, hash_told_s=10.0))
        self.share(offer("a", 10_000), offer("b", 90_000))
        for _ in range(25):
            self.clock.advance(1)
            self.keys.asked[0][1](100)
        self.assertEqual(
            self.events.named("hashing"),
            [{"done": done, "size": 100_000, "files": 2} for done in (1000, 2000)],
        )
