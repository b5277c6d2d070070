"""Those on our own network are asked before all others."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.limits import LIMITS
from p2pstream.swarm.picker import Shelf
from tests.swarm.picker.boards import PickerCase


class SpareTests(SynchronousTestCase):
    """One at home, one far away, and somebody who watches."""

    def setUp(self) -> None:
        """Both have all of it."""
        self.case = PickerCase(sources=())
        self.case.join("home", local=True)
        self.case.join("far")
        self.case.read(0)

    def left(self) -> Ranges:
        """What the far one may be asked for."""
        home = {"home": self.case.shelf("home")}
        shelf: Shelf = self.case.picker.spare("far", self.case.shelf("far"), home, self.case.now)
        return shelf.has

    def test_has_all(self) -> None:
        """The far one is asked for nothing, before anything came and while it comes."""
        self.assertEqual(self.left(), Ranges())
        self.case.steady("home", 20, 0.01)
        self.assertEqual(self.left(), Ranges())

    def test_has_a_part(self) -> None:
        """It is asked for the rest."""
        self.case.has["home"] = Ranges([(100, 300), (400, 500)])
        self.assertEqual(self.left(), Ranges([(0, 100), (300, 400), (500, 1000)]))

    def test_silent(self) -> None:
        """Within a second of its silence the far one is asked for everything again, and not before."""
        self.case.steady("home", 100, 0.001)
        self.case.pick("home")
        silent = self.case.now
        self.case.now = silent + LIMITS.local_s - 0.01
        self.assertEqual(self.left(), Ranges())
        self.case.now = silent + LIMITS.local_s + 0.001
        self.assertEqual(self.left(), Ranges([(0, 1000)]))
        self.assertLessEqual(LIMITS.local_s + LIMITS.picker_tick_s, 1.0)

    def test_refuses(self) -> None:
        """One that gives no credit is not relied on."""
        self.case.room["home"] = 0
        self.assertEqual(self.left(), Ranges([(0, 1000)]))

    def test_too_slow_to_watch(self) -> None:
        """One that is slower than the film, and a quarter, is not enough."""
        needed = LIMITS.local_plenty * LIMITS.reader_rate / 65536
        self.case.steady("home", 60, 1 / (1.5 * needed))
        self.assertEqual(self.left(), Ranges())
        self.case.steady("home", 60, 1 / (0.7 * needed))
        self.assertEqual(self.left(), Ranges([(0, 1000)]))

    def test_copied(self) -> None:
        """Who only copies does without the far one where that is slow beside the one at home."""
        self.case.readers.clear()
        self.case.look()
        self.case.steady("far", 30, 0.05)
        self.case.steady("home", 60, 0.02)
        self.assertEqual(self.left(), Ranges([(0, 1000)]))
        self.case.steady("home", 200, 0.005)
        self.assertEqual(self.left(), Ranges())


class UrgentTests(SynchronousTestCase):
    """What is needed in time."""

    def test_in_time_from_home(self) -> None:
        """Of those who bring it in time the one at home is asked, though the other has less to do."""
        case = PickerCase(sources=())
        case.join("far")
        case.join("home", local=True)
        case.steady("far", 40, 0.002)
        case.steady("home", 40, 0.004)
        case.read(200)
        late = {source for source, pick in case.hurry() if pick.first >= 220}
        self.assertEqual(late, {"home"})
