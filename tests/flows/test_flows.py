"""The flows under the experiments: fair, conserving, and the same on every run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.flows.crowd import Crowd
from benchmarks.flows.events import Events
from benchmarks.flows.lines import Pipe, Uplink
from benchmarks.flows.peer import Line
from benchmarks.flows.viewer import Habits, Watching
from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS


class Asked:
    """So many units to send, of one rank."""

    rides = False

    def __init__(
        self, events: Events, sent: list[tuple[float, str]], name: str, units: int, rank: int
    ) -> None:
        self._events, self._sent, self._name = events, sent, name
        self._left, self._rank = units, rank

    @property
    def rank(self) -> int:
        """See `Sending`."""
        return self._rank if self._left else 0

    def pull(self) -> int | None:
        """See `Sending`."""
        self._left -= 1
        return self._left

    def leaves(self, unit: int) -> None:
        """See `Sending`."""
        self._sent.append((self._events.now, self._name))


class LineTests(SynchronousTestCase):
    def sent(self, **asked: tuple[int, int]) -> list[tuple[float, str]]:
        """Who has sent when, over an uplink of ten units a second."""
        events, sent = Events(), list[tuple[float, str]]()
        uplink = Uplink(events, 10 * UNIT)
        for name, (units, rank) in asked.items():
            uplink.wake(Asked(events, sent, name, units, rank))
        events.run(1000.0)
        return sent

    def test_equal_shares(self) -> None:
        """Whoever waits gets as much as the others; who wants less leaves them the rest."""
        sent = self.sent(one=(40, 2), other=(40, 2), little=(4, 2))
        self.assertEqual(Counter(name for _, name in sent[:12]), Counter(one=4, other=4, little=4))
        halves = Counter(name for _, name in sent[12:52])
        self.assertLessEqual(abs(halves["one"] - halves["other"]), 1)

    def test_urgent(self) -> None:
        """What is urgent has the larger share, not all of it."""
        sent = Counter(name for _, name in self.sent(urgent=(60, 1), whenever=(60, 3), soon=(60, 2))[:60])
        self.assertGreater(sent["urgent"], sent["soon"])
        self.assertGreater(sent["soon"], sent["whenever"])
        self.assertGreater(sent["whenever"], 4)

    def test_never_idle(self) -> None:
        """No time is lost while anybody waits, and nothing is sent twice."""
        sent = self.sent(one=(30, 1), other=(50, 3))
        self.assertEqual(len(sent), 80)
        self.assertAlmostEqual(sent[-1][0], 8.0)

    def test_pipe(self) -> None:
        """One unit after the other."""
        events, came = Events(), list[float]()
        pipe = Pipe(events, 2 * UNIT)
        for _ in range(3):
            pipe.carry(lambda: came.append(events.now))
        events.run(10.0)
        self.assertEqual(came, [0.5, 1.0, 1.5])


class CrowdTests(SynchronousTestCase):
    def crowd(self, seed: int) -> Crowd:
        """A few who fetch sixteen units, as far as that goes."""
        crowd = Crowd(16, seed)
        crowd.source(Line(16 * UNIT, 16 * UNIT))
        for _ in range(4):
            crowd.join(Line(8 * UNIT, 16 * UNIT), listed=True)
        crowd.run(60.0)
        return crowd

    def test_conserves(self) -> None:
        """What all have was sent by somebody, and but for what is wasted or under way nothing else was."""
        crowd = self.crowd(1)
        self.assertTrue(all(peer.whole_at is not None for peer in crowd.peers))
        sent = sum(peer.uplink.sent for peer in [*crowd.peers, *crowd.sources])
        came = sum(peer.downlink.carried for peer in crowd.peers)
        self.assertGreaterEqual(sent, came)
        self.assertGreaterEqual(came, 4 * 16)

    def test_same_seed(self) -> None:
        """The same seed, the same run; another, another."""
        ends = [[peer.whole_at for peer in self.crowd(seed).peers] for seed in (1, 1, 2)]
        self.assertEqual(ends[0], ends[1])
        self.assertNotEqual(ends[0], ends[2])

    def test_who_leaves_is_lost(self) -> None:
        """Those whom it served go on without it."""
        crowd = Crowd(16, 1)
        first, _ = (crowd.source(Line(4 * UNIT, UNIT)) for _ in range(2))
        peer = crowd.join(Line(UNIT, 16 * UNIT))
        crowd.events.run(1.0)
        crowd.leave(first)
        crowd.run(60.0)
        self.assertIsNotNone(peer.whole_at)
        self.assertEqual(len(first.given), 0)

    def test_who_comes_back_is_dialled(self) -> None:
        """The only source is gone for a while, and all is here in the end."""
        crowd = Crowd(16, 1)
        source = crowd.source(Line(4 * UNIT, UNIT))
        peer = crowd.join(Line(UNIT, 16 * UNIT))
        crowd.events.at(1.0, crowd.restart, source, 5.0)
        crowd.events.run(5.9)
        self.assertEqual(len(source.given), 0)
        crowd.run(60.0)
        self.assertLess(peer.whole_at or 60.0, 20.0)

    def test_who_was_dialled_takes_as_well(self) -> None:
        """Of whom it was not told by anybody, once; where there is no room, one more is, and no other."""
        crowd = Crowd(16, 1, replace(LIMITS, visiting_sources=1))
        source = crowd.source(Line(4 * UNIT, UNIT))
        first, other, last = (crowd.join(Line(UNIT, 16 * UNIT)) for _ in range(3))
        for _ in range(2):
            first.crew.came(last)
        self.assertEqual([link.taker for link in last.given], [first])
        last.crew._dialling = crowd.limits.sources
        for each in (first, other):
            last.crew.came(each)
        source.crew.came(first)
        self.assertEqual((len(first.given), len(other.given)), (1, 0))


class WatchingTests(SynchronousTestCase):
    def test_start_and_stall(self) -> None:
        """It plays when a second is there, stands still when nothing is, and each is counted when it was."""
        watching = Watching(8, Habits(rate=2 * UNIT), began=1.0)
        watching.look(Ranges([(0, 1)]), 2.0)
        self.assertEqual(watching.starts, [])
        watching.look(Ranges([(0, 2)]), 3.0)
        self.assertEqual(watching.starts, [2.0])
        watching.look(Ranges([(0, 2)]), 6.0)
        watching.look(Ranges([(0, 8)]), 7.0)
        self.assertEqual(watching.stalls, [3.0])
        watching.settle(20.0)
        self.assertEqual((watching.ended, watching.watched), (10.0, 4.0))

    def test_seek_after_the_end(self) -> None:
        """Who has seen it to the end, and seeks, watches again."""
        watching = Watching(8, Habits(rate=2 * UNIT), began=0.0)
        watching.look(Ranges([(0, 8)]), 1.0)
        watching.look(Ranges([(0, 8)]), 9.0)
        self.assertEqual(watching.ended, 5.0)
        watching.seek(0.0, 9.0)
        watching.look(Ranges([(0, 8)]), 9.5)
        self.assertEqual((watching.ended, watching.starts), (None, [1.0, 0.5]))
