"""Who is slow, and who is to blame."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.swarm.picker.conduct import Conduct
from tests.swarm.picker.boards import ROOMY, PickerCase, spread


class ConductTests(SynchronousTestCase):
    def test_barred(self) -> None:
        """Late twice within ten seconds: nothing urgent for half a minute, then for twice as long."""
        conduct = Conduct()
        conduct.miss(0.0)
        conduct.miss(LIMITS.misses_s)
        self.assertFalse(conduct.is_barred(LIMITS.misses_s))
        conduct.miss(LIMITS.misses_s + 1)
        self.assertTrue(conduct.is_barred(LIMITS.misses_s + 1 + LIMITS.bar_s - 0.1))
        self.assertFalse(conduct.is_barred(LIMITS.misses_s + 1 + LIMITS.bar_s))
        conduct.miss(100.0)
        conduct.miss(101.0)
        self.assertTrue(conduct.is_barred(101.0 + 2 * LIMITS.bar_s - 0.1))

    def test_most(self) -> None:
        """It is let in again after eight minutes at most."""
        conduct = Conduct()
        for number in range(40):
            conduct.miss(1000.0 * (number // 2))
        self.assertFalse(conduct.is_barred(19_000.0 + LIMITS.bar_most_s))


class QuietTests(SynchronousTestCase):
    def setUp(self) -> None:
        """One source that sends, and one that says that it has all."""
        self.case = PickerCase(5000, "abc")
        for source in "bc":
            self.case.steady(source, 100, 0.02)

    def is_quiet(self, source: str) -> bool:
        """Whether one source is relied on no more for now."""
        board = self.case.picker._board
        return board.suppliers[source].is_quiet(self.case.now, board.usual_s)

    def test_F34_sends_nothing(self) -> None:
        """Within two seconds it is relied on no more, and what it keeps is asked of others."""
        here = self.case.picker.here.first_missing(0)
        self.case.read(here)
        self.case.has["b"], had = self.case.has["b"].remove(0, 5000), self.case.has["b"]
        self.case.has["c"] = self.case.has["b"]
        self.case.hurry()
        kept = list(self.case.owed["a"])
        self.assertIn(here, kept)
        self.case.has["b"] = had
        for _ in range(10):
            self.case.pass_time(0.2)
            self.case.pick("b")
            self.case.send("b", self.case.owed["b"][-1])
        asked = [(source, pick) for source, pick in self.case.hurry()]
        self.assertEqual({source for source, _ in asked}, {"b"})
        self.assertIn(here, {unit for _, pick in asked for unit in spread(pick)})

    def test_F34_is_asked_again_when_it_sends(self) -> None:
        """What it sends at last makes it one of them again."""
        while self.case.pick("a"):
            pass
        self.case.pass_time(3.0)
        self.assertTrue(self.is_quiet("a"))
        self.case.send("a", self.case.owed["a"][0])
        self.assertFalse(self.is_quiet("a"))

    def test_F28_all_are_slow(self) -> None:
        """What most do at the same time is nobody's fault: none is barred, and each is asked again."""
        self.case.read(4000)
        for source in "abc":
            self.case.hurry()
            while self.case.pick(source):
                pass
        for _ in range(20):
            self.case.pass_time(1.0)
            self.case.hurry()
        suppliers = self.case.picker._board.suppliers.values()
        self.assertFalse(any(each.conduct.is_barred(self.case.now) for each in suppliers))

    def test_late_alone(self) -> None:
        """One that is late when others are not is blamed."""
        self.case.has["b"], had = self.case.has["b"].remove(0, 5000), self.case.has["b"]
        self.case.has["c"] = self.case.has["b"]
        for place in (2000, 3000):
            self.case.now += LIMITS.seek_settle_s
            self.case.room["a"] = 1
            self.case.read(place)
            self.case.hurry()
        self.case.has["b"] = self.case.has["c"] = had
        for _ in range(30):
            self.case.pass_time(0.5)
            for source in "bc":
                self.case.pick(source)
                for unit in list(self.case.owed[source]):
                    self.case.send(source, unit)
        self.assertTrue(self.case.picker._board.suppliers["a"].conduct.is_barred(self.case.now))

    def test_F14_we_slept(self) -> None:
        """After a freeze nobody is blamed, and nobody has owed anything for long."""
        self.case.read(4000)
        self.case.hurry()
        self.case.pass_time(0.4)
        owed = {source for source, units in self.case.owed.items() if units}
        self.case.now += 30.0
        self.case.picker.tick(self.case.shelves, self.case.now)
        for source in owed:
            self.assertLess(self.case.picker.owes(source, self.case.now), 1.0)
            self.assertFalse(self.is_quiet(source))

    def test_round_trips_of_the_margin(self) -> None:
        """Two of them before it is read a unit must be here; beyond the bound it is somebody's queue."""
        case = PickerCase(100, "ab")
        board = case.picker._board
        for delay, trips in ((0.1, 0.2), (0.5, 1.0), (0.501, 1.0), (9.0, 1.0)):
            for supplier in board.suppliers.values():
                supplier.delay = delay
            case.pass_time(0.1)
            expected = LIMITS.reader_margin_s + min(trips, LIMITS.reader_margin_most_s)
            self.assertApproximates(board.demands.margin, expected, 1e-9)

    def test_a_while_between_two_looks(self) -> None:
        """Up to the bound others owe us that time, from it on we slept ourselves."""
        for slept, blamed in ((LIMITS.lag_s - 0.01, True), (LIMITS.lag_s, False)):
            case = PickerCase(5000, "ab")
            case.read(4000)
            case.hurry()
            case.pass_time(0.1)
            before = case.picker.owes("a", case.now)
            case.now += slept
            case.picker.tick(case.shelves, case.now)
            self.assertEqual(case.picker.owes("a", case.now) > before + slept / 2, blamed)

    def test_what_is_expected_of_strangers(self) -> None:
        """While nobody has sent anything; then what those send who do."""
        case = PickerCase(5000, "ab", replace(ROOMY, source_rate=123_456.0))
        case.pass_time(0.1)
        self.assertEqual(case.picker._board.usual, 123_456.0)
        case.steady("b", 100, 0.02)
        case.pass_time(0.1)
        self.assertGreater(case.picker._board.usual, 1e6)

    def test_F43_most_have_never_sent(self) -> None:
        """Where one sends, it is not our link that keeps four others quiet who never did."""
        case = PickerCase(5000, "bwxyz")
        case.steady("b", 100, 0.02)
        for silent in "wxyz":
            case.pick(silent)
        kept = set(case.owed["w"])
        self.assertTrue(kept)
        taken = set[int]()
        for _ in range(14):
            case.pass_time(LIMITS.unreliable_s / 10)
            for unit in list(case.owed["b"]):
                case.send("b", unit)
            taken |= spread(case.pick("b"))
        given_up = case.picker._board.suppliers["w"].given_up
        self.assertTrue(all(given_up.covers(unit, unit + 1) for unit in kept))
        self.assertTrue(kept & taken)
