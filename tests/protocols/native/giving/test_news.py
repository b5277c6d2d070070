"""How often the other end is told what is here."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.messages import Have, HaveMode, Want
from tests.protocols.native.pair import Pair, key_of

UNITS = 2000


class NewsTests(SynchronousTestCase):
    """A tenth of a second after the last time, or later where what is here is in many ranges."""

    def setUp(self) -> None:
        """A channel about a stream of which every other of the first units is here."""
        self.pair = Pair()
        self.number = self.pair.open(key_of(UNITS), Ranges())
        self.far = self.pair.far
        self.pair.now = 1.0

    def have(self, ranges: int) -> list[Have]:
        """So many single units are here; what is said of that at once."""
        here = Ranges((2 * unit, 2 * unit + 1) for unit in range(ranges))
        self.far.session.have(self.number, here, self.pair.now)
        return [said for said in self.far.said() if isinstance(said, Have)]

    def rests(self, ranges: int) -> float:
        """For how many seconds nothing is told, after so many were."""
        self.pair.now += 10
        self.assertEqual(len(self.have(ranges)), 1)
        self.assertEqual(self.have(ranges + 1), [])
        return round((self.far.session.next_deadline() or 0) - self.pair.now, 6)

    def test_many_ranges(self) -> None:
        """So much longer, but never too long."""
        self.assertEqual(self.rests(9), LIMITS.native_have_s)
        self.assertAlmostEqual(self.rests(100), 101 * LIMITS.native_have_range_s)
        self.assertEqual(self.rests(900), LIMITS.native_have_most_s)

    def test_watched(self) -> None:
        """Who watches is told as soon as ever."""
        self.far.hear(Want(1, 8000, 0), self.number, self.pair.now)
        self.assertEqual(self.rests(900), LIMITS.native_have_s)

    def test_begins_to_watch(self) -> None:
        """What waits is told as soon as to any other who watches."""
        self.rests(900)
        self.far.hear(Want(1, 8000, 0), self.number, self.pair.now)
        rests = (self.far.session.next_deadline() or 0) - self.pair.now
        self.assertAlmostEqual(rests, LIMITS.native_have_s)

    def test_fewer_ranges(self) -> None:
        """What falls into one is told sooner than it was to be: who drives it is woken."""
        self.rests(900)
        woken = self.far.line.woken
        self.far.session.have(self.number, Ranges([(0, UNITS - 1)]), self.pair.now)
        self.assertGreater(self.far.line.woken, woken)
        self.pair.now += LIMITS.native_have_s + 0.01
        self.far.session.tick(self.pair.now)
        said = [message for message in self.far.said() if isinstance(message, Have)]
        self.assertEqual([each.mode for each in said], [HaveMode.ADD])
