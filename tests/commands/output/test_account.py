"""The figures of a fetch."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.output.account import left_off
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import StreamSnapshot


class LeftOffTests(SynchronousTestCase):
    """What a fetch that is broken off leaves to the next."""

    def test_left_off(self) -> None:
        """What is proven, while there is more to come; nothing proves the bytes of 2016."""
        part = StreamSnapshot("film", 100, Ranges([(0, 60)]), verified=True)
        self.assertEqual(left_off(part), 60)
        self.assertEqual(left_off(replace(part, verified=False)), 0)
        self.assertEqual(left_off(replace(part, have=Ranges([(0, 100)]))), 0)
        self.assertEqual(left_off(replace(part, have=Ranges())), 0)
