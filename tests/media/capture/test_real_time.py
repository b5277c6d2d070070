"""As fast as it is shown."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.media.capture.films import _Line
from p2pstream.media.capture.real_time import RealTime


class RealTimeTests(SynchronousTestCase):
    """Waiting."""

    def test_waits(self) -> None:
        """Until each is due, from the first on; what is late does not hurry the rest."""
        now, slept = [100.0], []

        def sleep(seconds: float) -> None:
            slept.append(round(seconds, 3))
            now[0] += seconds

        pace = RealTime(lambda: now[0], sleep)
        for seconds in (7.0, 7.5, 8.0):
            pace.wait(seconds)
        now[0] += 0.2
        pace.wait(8.5)
        now[0] += 5
        pace.wait(9.0)
        pace.wait(9.5)
        self.assertEqual(slept, [0.5, 0.5, 0.3, 0.5])


class LineTests(SynchronousTestCase):
    """One line of time."""

    def test_jumps(self) -> None:
        """It begins where what was before ended, and goes on where times jump either way."""
        line, end, found = _Line(10.0), 10.0, []
        for at in (3.0, 4.0, 3.5, 0.0, 1.0, 900.0, 901.0):
            end = max(end, at + line.shift(at, end))
            found.append(end)
        self.assertEqual(found, [10.0, 11.0, 11.0, 11.0, 12.0, 12.0, 13.0])
