"""How many pieces are on their way into the kernel at the same time."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.transport.turns.doorway import Doorway

#: A link through which a unit takes a tenth of a second; and until it is looked whether it is full.
RATE = 10.0 * UNIT
WINDOW = LIMITS.uplink_width_units / 10


class DoorwayTests(SynchronousTestCase):
    """As many as there may be at once are inside, and others wait."""

    def setUp(self) -> None:
        """They began."""
        self.doorway = Doorway()
        self.now = 5.0
        self.inside = [f"sender {number}" for number in range(LIMITS.uplink_together)]
        for sender in self.inside:
            self.assertEqual(self.doorway.wait_s(RATE, self.now), 0)
            self.doorway.begin(sender, UNIT)
        self.assertApproximates(self.doorway.wait_s(RATE, self.now), WINDOW, 1e-6)

    def pass_window(self, part: float) -> None:
        """A window passes, in which such a part of what goes through goes, while others wait."""
        self.now += WINDOW
        for sender in self.inside:
            self.doorway.end(sender)
            self.doorway.begin(sender, UNIT)
        self.doorway._went = round(part * RATE * WINDOW)
        self.doorway.wait_s(RATE, self.now)

    def test_one_more(self) -> None:
        """It waits until one of them is in."""
        self.assertTrue(self.doorway.end(self.inside[1]))
        self.assertFalse(self.doorway.end(self.inside[1]))
        self.assertEqual(self.doorway.wait_s(RATE, self.now), 0)

    def test_urgent(self) -> None:
        """It takes two places, whether they are free or not, until it is in."""
        self.doorway.begin("urgent", UNIT, True)
        for sender in self.inside:
            self.assertGreater(self.doorway.wait_s(RATE, self.now), 0)
            self.doorway.end(sender)
        self.assertGreater(self.doorway.wait_s(RATE, self.now), 0)
        self.assertTrue(self.doorway.end("urgent"))
        self.assertEqual(self.doorway.wait_s(RATE, self.now), 0)

    def test_one_after_the_other_is_urgent(self) -> None:
        """The others wait for one of them, and no more until one of the others began."""
        for sender in self.inside:
            self.doorway.end(sender)
        self.doorway.begin("urgent", UNIT, True)
        self.doorway.begin("urgent, too", UNIT, True)
        self.assertGreater(self.doorway.wait_s(RATE, self.now), 0)
        self.doorway.end("urgent")
        self.doorway.begin("urgent", UNIT, True)
        self.assertEqual(self.doorway.wait_s(RATE, self.now), 0)
        self.doorway.begin("other", UNIT)
        self.doorway.end("urgent")
        self.doorway.begin("urgent", UNIT, True)
        self.assertGreater(self.doorway.wait_s(RATE, self.now), 0)

    def test_beside_what_is_urgent(self) -> None:
        """All take longer, and so it is looked later whether they fill the link; what is urgent counts."""
        for number in range(LIMITS.uplink_together):
            self.doorway.begin(number, UNIT, True)
        self.assertApproximates(self.doorway.wait_s(RATE, self.now), 2 * WINDOW, 1e-6)
        self.now += 2 * WINDOW
        for _ in range(LIMITS.uplink_width_units):
            self.doorway.begin("urgent", UNIT, True)
            self.doorway.end("urgent")
        self.doorway.wait_s(RATE, self.now)
        self.assertEqual(self.doorway.width, LIMITS.uplink_together)

    def test_they_fill_the_link(self) -> None:
        """Then it stays as it is."""
        for part in (1.0, LIMITS.uplink_full_part + 0.01, LIMITS.uplink_idle_part + 0.01):
            self.pass_window(part)
            self.assertEqual(self.doorway.width, LIMITS.uplink_together)

    def test_they_do_not(self) -> None:
        """Then more may be inside, up to a bound; and fewer when they do."""
        self.pass_window(LIMITS.uplink_idle_part - 0.01)
        self.assertEqual(self.doorway.width, 2 * LIMITS.uplink_together)
        self.assertEqual(self.doorway.wait_s(RATE, self.now), 0)
        for _ in range(12):
            self.inside = [f"sender {number}" for number in range(int(self.doorway.width))]
            self.pass_window(0.0)
        self.assertEqual(self.doorway.width, LIMITS.uplink_width_most)

    def test_narrower_again(self) -> None:
        """For a while it is wider than when they did not fill the link; then as at first."""
        self.pass_window(0.0)
        idle = self.now
        while self.now < idle + LIMITS.uplink_width_s - WINDOW - 0.01:
            self.inside = [f"sender {number}" for number in range(int(self.doorway.width))]
            self.pass_window(1.0)
        self.assertEqual(self.doorway.width, LIMITS.uplink_together + 1)
        self.pass_window(1.0)
        self.pass_window(1.0)
        self.assertEqual(self.doorway.width, LIMITS.uplink_together)

    def test_what_may_be_inside(self) -> None:
        """So many of all who send; all, where nobody has to wait."""
        self.assertEqual(self.doorway.inside(9, RATE), LIMITS.uplink_together)
        self.assertEqual(self.doorway.inside(1, RATE), 1)
        self.assertEqual(self.doorway.inside(9, 1e9), 9)

    def test_where_it_does_not_matter(self) -> None:
        """Nobody waits while nobody knows what goes through, nor where all of that takes a moment."""
        fast = LIMITS.uplink_together * UNIT / LIMITS.uplink_order_s
        self.assertEqual(self.doorway.wait_s(0.0, self.now), 0)
        self.assertEqual(self.doorway.wait_s(fast * 1.01, self.now), 0)
        self.assertGreater(self.doorway.wait_s(fast * 0.99, self.now), 0)
