"""What a viewer waits for, and for how long: at each bound, and beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import leaf_number
from p2pstream.content.signed.lineage import Novelty
from p2pstream.limits import LIMITS
from p2pstream.live.mesh import RequestLeaf
from p2pstream.testing.bytes.consumers import CollectingConsumer
from tests.live.casts import Cast, Watcher


def joined(neighbours: int = 1, seconds: float = 3.0, **limits: Any) -> Watcher:
    """One who came after two seconds, some time ago."""
    cast = Cast(limits=replace(LIMITS, **limits))
    cast.run(2.0)
    watcher = cast.watch(neighbours)
    cast.run(seconds)
    return watcher


def noted(asked: list[int], who: Any, first: int, count: int) -> None:
    """Slices are asked for, and nobody answers."""
    asked.append(count)


class ViewerBoundsTests(SynchronousTestCase):
    """On a clock that is stepped."""

    def test_a_second_who_tells_of_the_edge(self) -> None:
        """Is waited for so long, and no longer."""
        for wait in (LIMITS.live_join_s, 2.0):
            watcher = joined(live_join_s=wait)
            assert watcher.began is not None
            self.assertLessEqual(abs(watcher.began - watcher.joined_at - wait), 0.35)

    def test_one_who_does_not_tell_of_the_past(self) -> None:
        """Is not waited for: the newest is where one begins then."""
        cast = Cast(limits=replace(LIMITS, live_answer_s=1.0))
        cast.run(2.0)
        cast.source.asked_slices = lambda *asked: None  # type: ignore[method-assign]
        watcher = cast.watch(1)
        cast.run(LIMITS.live_join_s + 0.9)
        self.assertIsNone(watcher.began)
        cast.run(0.5)
        self.assertIsNotNone(watcher.began)

    def test_before_it_is_shown(self) -> None:
        """So long before that a leaf must be here."""
        for feed_s in (LIMITS.live_feed_s, 1.0):
            relay = joined(live_feed_s=feed_s).relay
            head = relay.lineage.edge
            assert head is not None
            self.assertApproximates(relay.playout.due(head.captured_ms) - relay.due(head), feed_s, 1e-6)

    def test_between_two_looks(self) -> None:
        """So long, and no less."""
        for look_s in (LIMITS.live_look_s, 0.5):
            watcher = joined(live_look_s=look_s)
            relay, looks = watcher.relay, list[None]()
            relay.looked = partial(looks.append, None)  # type: ignore[method-assign]
            watcher.cast.clock.pump([look_s / 2 + 1e-6] * 10)
            self.assertEqual(len(looks), 5)

    def test_a_head_that_was_overtaken(self) -> None:
        """Whoever pushes its leaves still does: another is asked for them when they are late, no sooner."""
        relay = joined().relay
        edge, now = relay.lineage.edge, relay._now
        assert edge is not None
        late = replace(edge, first=edge.stop + 16, count=4, roots=b"")
        relay.heard(late, Novelty.PAST)
        number = leaf_number(late.epoch, late.first)
        relay.mesh.has(0, number, 4, now)
        asked = [
            {order.number for order in relay.mesh.look(at) if isinstance(order, RequestLeaf)}
            for at in (now, now + LIMITS.live_patience_s / 2, now + 1.0)
        ]
        self.assertEqual(asked, [set(), set(), set(range(number, number + 4))])

    def test_ahead_of_one_who_went_back(self) -> None:
        """The slices of four times as many leaves are asked for as are fetched ahead of him."""
        for ahead in (LIMITS.live_ahead, 3):
            cast = Cast(limits=replace(LIMITS, live_ahead=ahead))
            cast.run(7.0)
            watcher = cast.watch(1)
            cast.run(2.0)
            asked = list[int]()
            cast.source.asked_slices = partial(noted, asked)  # type: ignore[method-assign]
            watcher.data.read_to(CollectingConsumer(), 0).addErrback(lambda failure: None)
            cast.run(0.5)
            self.assertEqual(asked[0], 4 * ahead)

    def test_while_its_rate_is_not_known(self) -> None:
        """It is taken for as fast as the bound says: who was told of one head asks for that much."""
        for rate in (LIMITS.live_rate, 1e6):
            cast, asked = (
                Cast(limits=replace(LIMITS, live_catch_up=1, live_rate=rate, live_join_s=0.05)),
                list[int](),
            )
            cast.run(12.0)
            cast.source.asked_slices = partial(noted, asked)  # type: ignore[method-assign]
            watcher = cast.watch(1)
            cast.run(0.5, feed=False)
            seconds = watcher.relay.playout.delay_s + LIMITS.live_gop_s
            most = min(int(seconds * rate / 8 / 16_384) + 1, cast.source.lineage.edge.stop)  # type: ignore[union-attr]
            self.assertEqual(asked[0], most)

    def test_as_far_back_as_it_asks(self) -> None:
        """The delay, and so much that there is a place to begin; of a broadcast of a rate that is known."""
        for gop_s in (LIMITS.live_gop_s, 1.0):
            cast = Cast(limits=replace(LIMITS, live_gop_s=gop_s))
            cast.run(5.0)
            asked = list[int]()
            tell = cast.source.asked_slices

            def note(who: Any, first: int, count: int, tell: Any = tell, asked: Any = asked) -> Any:
                asked.append(count)
                return tell(who, first, count)

            cast.source.asked_slices = note  # type: ignore[method-assign]
            watcher = cast.watch(1)
            cast.run(1.5)
            leaves = (watcher.relay.playout.delay_s + gop_s) * cast.rate / 8 / 16_384
            self.assertLessEqual(abs(asked[0] - leaves), 0.1 * leaves + 1)
