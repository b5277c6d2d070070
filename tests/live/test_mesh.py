"""What one node of a mesh does: event by event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head, leaf_number
from p2pstream.limits import LIMITS
from p2pstream.live.mesh import (
    Abandon,
    CancelLeaf,
    Give,
    Mesh,
    Push,
    RequestLeaf,
    Serve,
    Subscribe,
    TellHave,
    TurnDown,
    Unsubscribe,
)

RATE = 2_097_152.0
ALL = 0xFFFF


def head(seq: int, count: int = 16) -> Head:
    """A head over sixteen leaves, one of each sub-stream."""
    return Head(1, seq, seq * 16, count, 1_000_000 + seq * 1000, 1000)


def number(leaf: int) -> int:
    """A leaf of the only epoch."""
    return leaf_number(1, leaf)


class Node:
    """A mesh, and what it said last."""

    def __init__(self, uplink: float | None = 4 * RATE, source: bool = False, limits: Any = LIMITS) -> None:
        self.mesh = Mesh(uplink, source, limits=limits)
        self.mesh.rate = RATE
        self.mesh.begins = number(0)
        self.now = 0.0

    def look(self, seconds: float = 0.1, kind: Any = object) -> list[Any]:
        """Time passes; what it says, of one kind."""
        self.now += seconds
        return [order for order in self.mesh.look(self.now) if isinstance(order, kind)]

    def meet(self, *peers: int, uplink: float = 4 * RATE, host: str = "") -> None:
        """New neighbours."""
        for peer in peers:
            self.mesh.joined(peer, uplink, host=host)

    def hear(self, *heads: Head, due: float = 5.0) -> None:
        """Heads came."""
        for each in heads:
            self.mesh.heard(each, self.now + due, self.now)

    def parent(self, peer: int, mask: int = ALL) -> None:
        """A neighbour pushes these from now on, as it was asked to."""
        self.mesh.has(peer, number(0), 16, self.now)
        while self.look(kind=Subscribe) or (self.mesh.parents.get(peer, 0) & mask) != mask:
            list(self.mesh.gives(peer, mask, self.now))


class ParentTests(SynchronousTestCase):
    """From whom sub-streams are taken."""

    def test_whoever_has_the_leaves_first(self) -> None:
        """Of two the one who was quicker is asked, a few sub-streams at a time."""
        node = Node()
        node.meet(1, 2)
        node.hear(head(0))
        node.now = 0.1
        node.mesh.has(1, number(0), 16, node.now)
        node.now = 0.9
        node.mesh.has(2, number(0), 16, node.now)
        asked = [order for order in node.look(kind=Subscribe) if order.mask]
        self.assertEqual({order.peer for order in asked}, {1})
        self.assertEqual(sum(order.mask.bit_count() for order in asked), LIMITS.live_subscribing)

    def test_what_is_given_is_pushed(self) -> None:
        """What a neighbour has no room for is asked of another."""
        node = Node()
        node.meet(1, 2)
        node.hear(head(0))
        for peer in (1, 2):
            node.mesh.has(peer, number(0), 16, node.now)
        asked = {order.peer: order.mask for order in node.look(kind=Subscribe) if order.mask}
        peer, mask = next(iter(asked.items()))
        lowest = mask & -mask
        list(node.mesh.gives(peer, lowest, node.now))
        self.assertEqual(node.mesh.parents, {peer: lowest})
        other = 3 - peer
        list(node.mesh.gives(other, asked.get(other, 0), node.now))
        again = [order for order in node.look(0.6, Subscribe) if order.mask & mask & ~lowest]
        self.assertEqual({order.peer for order in again}, {other})

    def test_several_tell_of_heads(self) -> None:
        """Before anybody pushes anything; each is asked once."""
        node = Node()
        node.meet(*range(20))
        first = node.look(kind=Subscribe)
        self.assertEqual(len(first), LIMITS.live_informers)
        self.assertEqual({order.mask for order in first}, {0})
        self.assertEqual(node.look(kind=Subscribe), [])

    def test_no_more_tell_than_may(self) -> None:
        """At the bound: who pushes nothing, and tells what others tell, too, is left alone, and hears so."""
        node, most = Node(), 2 * LIMITS.live_informers
        node.meet(*range(most + 1))
        for who in node.mesh._neighbours.values():
            who.informs = True
        node.mesh._neighbours[0].pushes = 1
        left = [order for order in node.look(kind=Unsubscribe) if order.mask == ALL]
        self.assertEqual(left, [Unsubscribe(1, ALL)])
        self.assertEqual([order for order in node.look(kind=Unsubscribe) if order.mask == ALL], [])

    def test_who_wants_to_hear(self) -> None:
        """Until it says that it wants nothing any more."""
        node = Node(source=True)
        node.meet(1)
        list(node.mesh.subscribes(1, 0))
        node.mesh.unsubscribes(1, 0b1, 0.0)
        self.assertEqual(node.mesh.listeners, [1])
        node.mesh.unsubscribes(1, ALL, 0.0)
        self.assertEqual(node.mesh.listeners, [])

    def test_one_who_does_not_keep_up_is_left(self) -> None:
        """Two leaves of a sub-stream did not come for a second beyond the usual."""
        node = Node()
        node.meet(1)
        node.hear(head(0))
        node.parent(1)
        node.hear(head(1), head(2), due=60)
        self.assertEqual(node.look(0.9, Unsubscribe), [])
        left = node.look(0.3, Unsubscribe)
        self.assertEqual(sum(order.mask for order in left), ALL)

    def test_who_takes_is_not_asked_for_the_same(self) -> None:
        """What was given to somebody does not come back from there."""
        node = Node()
        node.meet(1)
        list(node.mesh.subscribes(1, 0b11))
        node.hear(head(0))
        node.mesh.has(1, number(0), 16, node.now)
        masks = [order.mask for order in node.look(kind=Subscribe)]
        self.assertTrue(masks)
        self.assertFalse(any(mask & 0b11 for mask in masks))

    def test_one_whose_leaves_come_from_others_is_left(self) -> None:
        """Two in a row that it did not bring: it may wait for us, in a circle."""
        node = Node()
        node.meet(1, 2)
        node.hear(head(0))
        node.parent(1)
        node.hear(head(1), head(2), due=60)
        self.assertEqual(node.look(0.01, Unsubscribe), [])
        for leaf in (16, 32):
            list(node.mesh.came(number(leaf), 2, node.now))
        self.assertEqual(node.look(0.01, Unsubscribe), [Unsubscribe(1, 1)])

    def test_who_has_nothing_before_us_is_not_asked(self) -> None:
        """It may have it from us."""
        node = Node()
        node.meet(1, 2, 3)
        node.hear(head(0))
        node.parent(1)
        for leaf in range(16):
            list(node.mesh.came(number(leaf), 1, node.now))
        node.now += 0.2
        node.mesh.has(2, number(0), 16, node.now)
        node.now += LIMITS.live_led_s
        node.hear(head(1))
        node.mesh.has(3, number(16), 16, node.now)
        asked = [
            order for order in node.mesh.left(1, node.now) if isinstance(order, Subscribe) and order.mask
        ]
        self.assertEqual({order.peer for order in asked}, {3})

    def test_a_parent_is_gone(self) -> None:
        """Another is asked at once."""
        node = Node()
        node.meet(1, 2)
        node.hear(head(0))
        node.parent(1)
        node.mesh.has(2, number(0), 16, node.now)
        asked = [
            order for order in node.mesh.left(1, node.now) if isinstance(order, Subscribe) and order.mask
        ]
        self.assertEqual({order.peer for order in asked}, {2})


class ChildTests(SynchronousTestCase):
    """To whom sub-streams are given."""

    def given(self, node: Node, peer: int, mask: int = ALL) -> int:
        """How many of what it asks for a neighbour is given."""
        return sum(
            order.mask.bit_count()
            for order in node.mesh.subscribes(peer, mask)
            if isinstance(order, Give) and order.peer == peer
        )

    def test_as_many_as_the_uplink_carries(self) -> None:
        """All but what repairs need, and not one more."""
        node = Node(uplink=2 * RATE)
        node.meet(1, 2, uplink=0.0)
        self.assertEqual(self.given(node, 1) + self.given(node, 2), int(LIMITS.live_uplink_part * 2 * 16))

    def test_a_source_gives_each_as_often(self) -> None:
        """No sub-stream twice before each was given once, and to one no more than to another."""
        node = Node(uplink=1.3 * RATE, source=True)
        node.meet(1, 2)
        self.assertEqual([self.given(node, 1), self.given(node, 2)], [16, 8])
        self.assertEqual(sorted(len(node.mesh._children.of(each)) for each in range(16)), [1] * 15 + [2])

    def test_F33_nobody_has_most_of_a_source(self) -> None:
        """One neighbour is given twice its part, and not one more: it may give nothing on, or lies."""
        node = Node(uplink=3 * RATE, source=True)
        node.meet(*range(12))
        part = 2 * int(LIMITS.live_uplink_part * 3 * 16) / 12
        self.assertEqual(self.given(node, 1), -(-part // 1))

    def test_those_who_give_on_come_first(self) -> None:
        """Who gives nothing on makes room for one who does, and for nobody else."""
        node = Node(uplink=RATE / LIMITS.live_uplink_part)
        node.meet(1, 3, uplink=0.0)
        node.meet(2)
        self.assertEqual((self.given(node, 1), self.given(node, 3)), (16, 0))
        orders = list(node.mesh.subscribes(2, 0b111))
        self.assertEqual(sum(order.mask.bit_count() for order in orders if isinstance(order, Unsubscribe)), 3)
        self.assertEqual({order.peer for order in orders if isinstance(order, Unsubscribe)}, {1})
        self.assertIn(Give(2, 0b111), orders)

    def test_what_comes_goes_on(self) -> None:
        """A leaf is pushed to those who take its sub-stream and do not have it; the others are told."""
        node = Node(source=True)
        node.meet(1, 2, 3, 4, 5)
        for peer, mask in ((1, 1), (2, 1), (3, 1), (4, 0)):
            list(node.mesh.subscribes(peer, mask))
        node.mesh.has(2, number(0), 1, 0.0)
        node.mesh.has(3, number(0), 1, 0.0, soon=True)
        pushed = [order for order in node.mesh.came(number(0), None, 0.0) if isinstance(order, Push)]
        self.assertEqual(pushed, [Push(1, number(0))])
        told = {order.peer: order.numbers for order in node.look(0.2, TellHave)}
        self.assertEqual(told, {3: (number(0),), 4: (number(0),)})
        self.assertNotIn(5, told)

    def test_more_on_their_way_than_there_can_be(self) -> None:
        """Nothing is kept for each leaf that somebody names: the newest count."""
        node = Node(source=True, limits=replace(LIMITS, live_map_ranges=8))
        node.meet(1)
        who = node.mesh._neighbours[1]
        node.mesh.has(1, number(0), (1 << 32) - 1, 0.0, soon=True)
        last = number(0) + (1 << 32) - 1
        self.assertEqual(who.soon, set(range(last - 8, last)))
        for leaf in range(0, 80, 8):
            node.mesh.has(1, number(leaf), 8, 0.0, soon=True)
            self.assertLessEqual(len(who.soon), 16)

    def test_all_of_a_message(self) -> None:
        """However many ranges it names: all are noted, and the newest leaves say how late they were."""
        node = Node(source=True)
        node.meet(1)
        who = node.mesh._neighbours[1]
        node.hear(*map(head, range(4)))
        node.mesh.holds(1, [(number(leaf), 1) for leaf in range(0, 64, 2)], 1.25)
        self.assertEqual(list(who.have), [(number(leaf), number(leaf + 1)) for leaf in range(0, 64, 2)])
        self.assertEqual([lag is not None for lag in who.lag], [True, False] * 8)

    def test_many_holes(self) -> None:
        """Who says that it lacks every second leaf has no more ranges kept than one who says what it has."""
        node = Node(source=True, limits=replace(LIMITS, live_map_ranges=8))
        node.meet(1)
        who = node.mesh._neighbours[1]
        node.mesh.has(1, number(0), 100, 0.0)
        for leaf in range(1, 80, 2):
            node.mesh.lacks(1, number(leaf), 1)
            self.assertLessEqual(len(who.have), 8)
        self.assertEqual(list(who.have)[-1], (number(80), number(100)))

    def test_asks(self) -> None:
        """Are met while there is something to spare; what is not here is said to be so."""
        node = Node(uplink=RATE, source=True, limits=replace(LIMITS, live_spare_leaves=2.0))
        node.meet(1)
        self.assertEqual(list(node.mesh.asks(1, number(0), 500, 0.0)), [TurnDown(1, number(0), False)])
        for leaf in range(3):
            list(node.mesh.came(number(leaf), None, 0.0))
        met = [next(node.mesh.asks(1, number(leaf), 500, 0.0)) for leaf in range(3)]
        self.assertEqual(met[:2], [Serve(1, number(leaf), 500) for leaf in range(2)])
        self.assertEqual(met[2], TurnDown(1, number(2), True))

    def test_an_uplink_that_nobody_knows(self) -> None:
        """Carries what who joins asks for, also where a broadcast has few bits."""
        node = Node(uplink=None, source=True)
        node.mesh.rate = 1000.0
        node.meet(1)
        for leaf in range(50):
            list(node.mesh.came(number(leaf), None, 0.0))
        for now in (0.0, 1.0):
            met = [next(node.mesh.asks(1, number(leaf), 500, now)) for leaf in range(17)]
            self.assertEqual([isinstance(each, Serve) for each in met], [True] * 16 + [False])


class RepairTests(SynchronousTestCase):
    """What does not come by itself is asked for."""

    def setUp(self) -> None:
        """A node whose parent pushes everything, and two others who have it."""
        self.node = Node()
        self.node.meet(1, 2, 3)
        self.node.hear(head(0))
        self.node.parent(1)
        for leaf in range(16):
            list(self.node.mesh.came(number(leaf), 1, self.node.now))

    def test_after_a_while(self) -> None:
        """Of one who has it; whoever was to push it is told that it is on its way."""
        self.node.hear(head(1, 1), due=9)
        self.node.mesh.has(2, number(16), 1, self.node.now)
        orders = [order for _ in range(60) for order in self.node.look()]
        asked = [order for order in orders if isinstance(order, RequestLeaf)]
        self.assertEqual((asked[0].peer, asked[0].number), (2, number(16)))
        self.assertIn(TellHave(1, (number(16),), soon=True), orders)

    def test_patience(self) -> None:
        """Grows with each leaf that had to be asked for: to go by those that came in time would deceive."""
        needs = self.node.mesh._needs
        before = needs._late[0], needs._varies[0]
        self.node.hear(head(1, 1), due=9)
        self.node.mesh.has(2, number(16), 1, self.node.now)
        self.assertTrue(self.node.look(0.3, RequestLeaf))
        self.assertGreater(needs._late[0], before[0])
        self.assertGreater(needs._varies[0], before[1])

    def test_another_is_asked(self) -> None:
        """If it does not come, and the first one is told that it need not."""
        self.node.hear(head(1, 1), due=9)
        for peer in (2, 3):
            self.node.mesh.has(peer, number(16), 1, self.node.now)
        orders = [order for _ in range(80) for order in self.node.look()]
        asked = [order.peer for order in orders if isinstance(order, RequestLeaf)]
        self.assertEqual(sorted(asked[:2]), [2, 3])
        self.assertIn(CancelLeaf(asked[0], number(16)), orders)

    def test_in_a_hurry_of_several(self) -> None:
        """And whoever is too late is told so when the first one came."""
        self.node.hear(head(1, 1), due=0.6)
        for peer in (2, 3):
            self.node.mesh.has(peer, number(16), 1, self.node.now)
        orders = [order for _ in range(4) for order in self.node.look()]
        asked = [order.peer for order in orders if isinstance(order, RequestLeaf)]
        self.assertEqual(sorted(asked), [2, 3])
        came = list(self.node.mesh.came(number(16), asked[0], self.node.now))
        self.assertIn(CancelLeaf(asked[1], number(16)), came)

    def test_too_late(self) -> None:
        """It is given up when it is due, once."""
        self.node.hear(head(1, 1), due=0.5)
        given_up = [order for _ in range(9) for order in self.node.look(kind=Abandon)]
        self.assertEqual(given_up, [Abandon(number(16))])

    def test_what_a_parent_leaves_behind(self) -> None:
        """Is asked of others at once, whether it is gone or gives it no more."""
        for end in (Mesh.left, lambda mesh, peer, now: mesh.unsubscribes(peer, ALL, now)):
            self.setUp()
            self.node.hear(head(1, 1), due=9)
            self.node.mesh.has(2, number(16), 1, self.node.now)
            self.assertEqual(self.node.look(0.0), [])
            orders = [*(end(self.node.mesh, 1, self.node.now) or ()), *self.node.look(0.0)]
            self.assertIn(RequestLeaf(2, number(16), 9000), orders)

    def test_refusals(self) -> None:
        """One who has no room is asked again later; one who does not have it, no more."""
        for busy in (True, False):
            node = Node()
            node.meet(2)
            node.hear(head(0, 1), due=20)
            node.mesh.has(2, number(0), 1, node.now)
            self.assertEqual(len(node.look(0.3, RequestLeaf)), 1)
            node.mesh.refused(number(0), 2, busy, node.now)
            self.assertEqual(node.look(0.2, RequestLeaf), [])
            self.assertEqual(len(node.look(0.2, RequestLeaf)), int(busy))

    def test_asked_of_one_at_a_time(self) -> None:
        """At the bound."""
        node = Node(limits=replace(LIMITS, live_outstanding=3))
        node.meet(2)
        node.hear(head(0), due=20)
        node.mesh.has(2, number(0), 16, node.now)
        self.assertEqual(len(node.look(0.3, RequestLeaf)), 3)
