"""What is lent, and what that leaves to ask for."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.data.hasher.threads import ThreadHasher
from p2pstream.limits import LIMITS
from p2pstream.swarm.runs import Runs
from p2pstream.testing.workers import InlineWorkers


class RunsTests(SynchronousTestCase):
    """Memory for four units, of a stream of three and a byte."""

    def setUp(self) -> None:
        """Nothing is lent."""
        key = FileKey(b"r" * 32, 3 * UNIT + 1)
        self.runs = Runs(key, ThreadHasher(InlineWorkers()), replace(LIMITS, ask_bytes=4 * UNIT))

    def test_as_long_as_the_units(self) -> None:
        """The last one is short."""
        self.assertEqual([len(self.runs.lend(first, 2)) for first in (0, 2)], [2 * UNIT, UNIT + 1])

    def test_F35_room(self) -> None:
        """What is asked for and what is lent count, until it is given back; a part counts as a unit."""
        self.assertEqual([self.runs.room(outstanding) for outstanding in (0, 4, 5)], [4, 0, -1])
        run, last = self.runs.lend(0, 2), self.runs.lend(3, 1)
        self.assertEqual(self.runs.room(0), 1)
        self.runs.give_back(run)
        self.assertEqual(self.runs.room(0), 3)
        self.runs.give_back(last)
        self.assertEqual(self.runs.room(0), 4)
