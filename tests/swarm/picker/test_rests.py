"""Who is slow is asked ahead more rarely, so that nobody's urgent units wait behind what is not."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker.supplier import Supplier
from tests.swarm.picker.boards import PickerCase


def slow(each_s: float, local: bool = False) -> tuple[Supplier, float]:
    """One who took so long for each of four units, and when that was over."""
    supplier = Supplier(LIMITS, local)
    for number in range(4):
        supplier.ask(number, number + 1, 2, number * each_s, LIMITS.source_rate)
        supplier.arrived(number, number + 1, (number + 1) * each_s)
    return supplier, 4 * each_s


class SupplierTests(SynchronousTestCase):
    def pause(self, supplier: Supplier, now: float) -> float:
        """For how long it rests, to a hundredth of a second."""
        return next(n / 100 for n in range(10_000) if not supplier.rests(now + n / 100, LIMITS.source_rate))

    def test_as_often_as_if_its_queue_were_short(self) -> None:
        """A second a unit is twice too long: as long again it rests; below the bound it does not."""
        supplier, now = slow(1.0)
        each_s = UNIT / supplier.rate(now, LIMITS.source_rate)
        expected = each_s * (each_s / LIMITS.ask_queue_s - 1)
        self.assertAlmostEqual(self.pause(supplier, now), expected, delta=0.011)
        self.assertGreater(expected, 0.5)
        for each_s, rests in ((0.9 * LIMITS.ask_queue_s, False), (1.1 * LIMITS.ask_queue_s, True)):
            self.assertIs(slow(each_s)[0].rests(4 * each_s, LIMITS.source_rate), rests)

    def test_not_for_ever(self) -> None:
        """However slow it is, it may have become quicker."""
        self.assertAlmostEqual(self.pause(*slow(30.0)), LIMITS.ask_rest_s, delta=0.011)

    def test_who_does_not(self) -> None:
        """Who is on our network, who was not tried yet, and who owes something."""
        local, now = slow(3.0, local=True)
        owing, _ = slow(3.0)
        owing.ask(9, 10, 2, now, LIMITS.source_rate)
        for each in (local, owing, Supplier(LIMITS)):
            self.assertFalse(each.rests(now, LIMITS.source_rate))


class PickerTests(SynchronousTestCase):
    """One who has a part took two seconds for each unit; another has all."""

    def begin(self, here: int, watched: bool = True, has: Ranges | None = None) -> PickerCase:
        """So many units are here before who is on screen."""
        case = PickerCase(sources="w")
        case.join("p", Ranges([(0, 500)]) if has is None else has)
        case.picker.look([("screen", 0)], 0.0, watched, ("screen",) if watched else ())
        case.picker.arrived("w", 0, here, 0.0)
        case.picker.proven(0, [True] * here)
        for _ in range(3):
            case.picker._board.ask("p", here, here + 1, 2, case.now)
            case.now += 2.0
            case.picker.arrived("p", here, 1, case.now)
            case.picker.proven(here, [True])
            here += 1
        return case

    def test_rests(self) -> None:
        """It is asked for nothing while there is enough here, and again after a while."""
        case = self.begin(60)
        self.assertIsNone(case.pick("p"))
        case.now += LIMITS.ask_rest_s + 0.1
        self.assertIsNotNone(case.pick("p"))

    def test_not_while_little_is_here(self) -> None:
        """Who lacks something urgent asks all."""
        self.assertIsNotNone(self.begin(1).pick("p"))

    def test_not_where_nobody_watches(self) -> None:
        """Who only copies has nothing that is urgent."""
        self.assertIsNotNone(self.begin(60, watched=False).pick("p"))

    def test_not_who_has_all(self) -> None:
        """He is asked little as it is."""
        self.assertIsNotNone(self.begin(60, has=Ranges([(0, 1000)])).pick("p"))
