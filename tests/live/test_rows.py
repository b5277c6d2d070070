"""Faults that whole broadcasts live through: real links over a simulated network, on one clock."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import NoCentral
from p2pstream.testing.sim.ways import Access, Way
from tests.live.hosts import LiveHost, Stage

#: Bits a second: enough for a leaf each third of a second, and few enough for a quick test.
RATE = 4e5


class RowTests(SynchronousTestCase):
    """A source and some who watch."""

    def up_to_date(self, stage: Stage, host: LiveHost, seconds: float) -> None:
        """It has nearly all that was signed in the last of these seconds, but for the newest two."""
        now = stage.network.clock.seconds()
        wanted = sum(1 for at in stage.made.values() if now - seconds <= at < now - 2.0)
        self.assertGreater(wanted, 5)
        self.assertLessEqual(host.holes(now - seconds, now - 2.0), max(1.0, 0.1 * wanted))

    def test_F24_all_but_one_die(self) -> None:
        """Who is left has the source, and goes on within four seconds."""
        stage = Stage(RATE)
        left, *others = stage.watch(4)
        stage.run(5.0)
        for each in others:
            stage.kill(each)
        stage.run(8.0)
        self.up_to_date(stage, left, 4.0)

    def test_F25_no_central(self) -> None:
        """Those who watch go on for as long as it takes, also where one of them goes meanwhile."""
        stage = Stage(RATE)
        viewers = stage.watch(3)
        stage.run(4.0)
        for each in viewers:
            each.crew._find = _nobody
        stage.run(3.0)
        stage.kill(viewers.pop())
        stage.run(6.0)
        for each in viewers:
            self.up_to_date(stage, each, 5.0)

    def test_F27_partition(self) -> None:
        """Who is cut off from the source waits, and goes on within eight seconds of the healing."""
        stage = Stage(RATE)
        near, far = stage.watch(1), stage.watch(2)
        stage.run(4.0)
        stage.network.partition([stage.home.host, *(each.host for each in near)], [each.host for each in far])
        stage.run(6.0)
        for each in near:
            self.up_to_date(stage, each, 4.0)
        stage.network.heal()
        stage.run(10.0)
        for each in far:
            self.up_to_date(stage, each, 4.0)

    def test_F28_halved(self) -> None:
        """A line with half of the rate for a while: others miss next to nothing, nor does it after that."""
        stage = Stage()
        slow, *others = stage.watch(4)
        stage.run(5.0)
        before = slow.host.access
        slow.host.access = Access(before.up, Way(stage.rate / 8 / 2, before.down.delay))
        stage.run(10.0)
        for each in others:
            self.up_to_date(stage, each, 5.0)
        slow.host.access = before
        stage.run(8.0)
        self.up_to_date(stage, slow, 4.0)


def _nobody() -> Deferred[Any]:
    return fail(NoCentral("no central answers"))
