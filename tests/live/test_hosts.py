"""Whole nodes: real links over a simulated network, on one clock."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.flows.live.broadcast import FlowBroadcast
from p2pstream.content.shown import Bearing
from p2pstream.content.units import LEAF
from p2pstream.limits import LIMITS
from p2pstream.measuring.traffic import Traffic
from tests.live.hosts import KEY, PORT, LiveHost, Stage


class HostTests(SynchronousTestCase):
    """What everybody sees."""

    def check(self, stage: Stage, host: LiveHost, holes: int = 0) -> None:
        """What was read is what was fed in, but for so many leaves that were given up."""
        position = host.position
        assert position is not None, "it never joined"
        got, found, at = bytes(host.consumer.collected), 0, 0
        self.assertGreater(len(got), 4 * LEAF)
        while at < len(got):
            stop = min((position + at) // LEAF * LEAF + LEAF - position, len(got))
            if got[at:stop] != stage.fed[position + at : position + stop]:
                self.assertEqual(got[at:stop].strip(b"\0"), b"")
                found += 1
            at = stop
        self.assertLessEqual(found, holes)

    def test_six_viewers(self) -> None:
        """Join within two seconds, miss nothing, and the source sends three copies."""
        stage = Stage()
        stage.run(3.0)
        viewers = stage.watch(6)
        stage.run(10.0)
        for each in viewers:
            self.check(stage, each, 12)
            assert each.began is not None
            self.assertLess(each.began - each.at, 2.0)
            self.assertEqual(each.holes(8.5, 11.0), 0)
        late = sorted(time for each in viewers for time in each.late(8.5))
        self.assertLess(late[int(len(late) * 0.95)], 1.5)

    def test_who_gives_what_to_whom(self) -> None:
        """Whoever looks is shown it at both ends, and how much it was when it is over."""
        stage = Stage()
        clock = stage.network.clock
        stage.home.giving.traffic = given = Traffic(clock.seconds)
        (viewer,) = stage.watch(1)
        viewer.node.traffic = taken = Traffic(clock.seconds)
        stage.run(4.0)
        (shown,) = taken.shown(10)
        self.assertEqual((shown.direction, shown.protocol, shown.key), (Bearing.IN, "native", str(KEY)))
        (there,) = given.shown(10)
        self.assertEqual(there.direction, Bearing.OUT)
        self.assertLess(abs(there.moved - shown.moved), 4 * LEAF)
        self.assertEqual(shown.moved, sum(viewer.party.neighbours.received.values()))
        viewer.party.close()
        stage.run(0.5)
        self.assertEqual((taken.shown(10), given.shown(10)), ([], []))
        self.assertEqual({total.open for each in (taken, given) for total in each.totals()}, {0})

    def test_who_dials_gives_as_well(self) -> None:
        """Not only who is dialled: both ends of a link are neighbours."""
        stage = Stage(4e5)
        hosts = stage.watch(5)
        stage.run(6.0)
        givers = {address for each in hosts for address in each.party.neighbours.received}
        self.assertTrue([each for each in givers if not each.endswith(f":{PORT}")])
        self.assertTrue([each for each in givers if each.endswith(f":{PORT}")])

    def test_F46_the_source_is_killed(self) -> None:
        """It comes back three seconds later, and all go on by themselves within five."""
        stage = Stage()
        viewers = stage.watch(3)
        stage.run(7.0)
        stage.home.kill()
        stage.run(3.0, feed=False)
        edge = stage.source.lineage.edge
        stage.fed = stage.fed[: edge.stop * LEAF]
        stage.restart_source()
        self.assertEqual(stage.source.lineage.edge, edge)
        stage.run(7.0)
        for each in viewers:
            self.check(stage, each, 24)
            self.assertEqual(each.holes(stage.network.clock.seconds() - 2.5, 99.0) > 3 * LEAF, False)
            self.assertGreater(each.data.have.total, edge.stop * LEAF // 2)
            self.assertTrue(any(number & 0xFFFFFFFF > edge.stop + 8 for number in each.came))

    def test_nobody_is_given_what_it_does_not_count_on(self) -> None:
        """Twelve, some with a full uplink: who pushes something is known to, and little comes twice."""
        stage = Stage(2.6e6, way_s=0.025, paced=True)
        stage.run(0.6)
        viewers = []
        for _ in range(12):
            viewers += stage.watch(1, 2.0, 2.5)
            stage.run(0.04)
        stage.run(3.0)
        since = stage.network.clock.seconds()
        stage.run(3.0)
        given = {(each.host.ip, ip, mask) for each in stage.hosts for ip, mask in each.neighbours("takes")}
        pushed = {(ip, each.host.ip, mask) for each in stage.hosts for ip, mask in each.neighbours("pushes")}
        # An answer may be on its way.
        self.assertLess(len(given ^ pushed), 6)
        again = sum(each.twice(since) for each in viewers)
        self.assertLess(again, 0.12 * sum(len(each.late(since)) for each in viewers))

    def test_as_in_the_flow_model(self) -> None:
        """Twelve who come one after another: half and nearly all leaves are there as soon, within a fifth."""
        rate, copies, delay_s, count = 2.6e6, 2.0, 2.5, 12
        stage = Stage(rate, way_s=0.025, paced=True)
        cast = FlowBroadcast([], rate, 0.05, delay_s - LIMITS.live_feed_s, source_uplink=3.3 * rate)
        viewers = []
        stage.run(1.0)
        cast.run(1.0)
        for _ in range(count):
            viewers += stage.watch(1, copies, delay_s)
            stage.run(0.04)
            cast.join(copies * rate)
            cast.run(0.04)
        stage.run(4.0)
        cast.run(4.0)
        since, again = stage.network.clock.seconds(), cast.events.now
        stage.run(4.5)
        cast.run(4.5)
        whole = sorted(late for each in viewers for late in each.late(since, since + 3.0))
        flows, missed = cast.lateness(again, again + 3.0)
        self.assertEqual((sum(each.holes(since, since + 3.0) for each in viewers), missed), (0, 0))
        for part in (0.5, 0.95):
            found, modelled = (late[int(part * len(late))] for late in (whole, flows))
            self.assertApproximates(found / modelled, 1.0, 0.2, str((part, found, modelled)))
