"""What one node of a mesh may do, and when: at each bound, and one past it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.live.mesh import Give, RequestLeaf, Subscribe, TellHave, Unsubscribe
from tests.live.test_mesh import ALL, RATE, Node, head, number


def given(node: Node, peer: int, mask: int = ALL) -> int:
    """How many sub-streams it is given of those that it asks for."""
    orders = list(node.mesh.subscribes(peer, mask))
    return sum(each.mask.bit_count() for each in orders if isinstance(each, Give) and each.peer == peer)


def first(node: Node, kind: Any, until: float, step: float = 0.01) -> float | None:
    """After how many seconds it says one of these first."""
    began = node.now
    while node.now - began < until:
        if node.look(step, kind):
            return node.now - began
    return None


class ParentBoundsTests(SynchronousTestCase):
    """From whom sub-streams are taken."""

    def test_who_says_nothing(self) -> None:
        """It counts as one who gives nothing, and is asked again only after a while."""
        node = Node(limits=replace(LIMITS, live_answer_s=1.0, live_shun_s=3.0))
        node.meet(1)
        node.hear(head(0))
        node.mesh.has(1, number(0), 16, node.now)
        asked = sum(order.mask.bit_count() for order in node.look(kind=Subscribe))
        self.assertEqual(asked, LIMITS.live_subscribing)
        again = [node.look(0.1, Subscribe) for _ in range(9)]
        self.assertEqual(again, [[]] * 9)
        others = first(node, Subscribe, 1.0)
        self.assertIsNotNone(others)
        masks, ends = 0, node.now + 2.8
        while node.now < ends:
            for order in node.look(0.1, Subscribe):
                masks |= order.mask
                list(node.mesh.gives(1, order.mask, node.now))
        self.assertEqual(masks.bit_count(), 16 - 2 * LIMITS.live_subscribing)

    def test_what_is_asked_for_at_a_time_is_spread_out(self) -> None:
        """No three that follow each other: whoever gives them has something to send all the time."""
        node = Node()
        node.meet(1)
        node.hear(head(0))
        node.mesh.has(1, number(0), 16, node.now)
        (mask,) = (order.mask for order in node.look(kind=Subscribe))
        row = [mask >> place % 16 & 1 for place in range(18)]
        self.assertFalse(any(all(row[place : place + 3]) for place in range(16)), f"{mask:016b}")

    def test_leaves_that_a_parent_did_not_bring(self) -> None:
        """So many in a row, and not one fewer."""
        for most in (1, LIMITS.live_failed_leaves):
            node = Node(limits=replace(LIMITS, live_failed_leaves=most))
            node.meet(1, 2)
            node.hear(head(0))
            node.parent(1)
            node.hear(*(head(each) for each in range(1, most + 1)), due=60)
            for leaf in range(1, most + 1):
                self.assertEqual(node.look(0.001, Unsubscribe), [])
                list(node.mesh.came(number(16 * leaf), 2, node.now))
            self.assertEqual(node.look(0.001, Unsubscribe), [Unsubscribe(1, 1)])

    def test_one_who_is_late_and_alone(self) -> None:
        """Whoever has leaves later than they came before is asked when nobody else was for so long."""
        for wait in (LIMITS.live_orphan_s, 1.5):
            node = Node(limits=replace(LIMITS, live_orphan_s=wait))
            node.meet(1, 2)
            node.hear(head(0))
            node.parent(1)
            for seq in range(1, 8):
                node.hear(head(seq), due=60)
                node.now += 0.1
                for leaf in range(seq * 16, seq * 16 + 16):
                    if seq < 7:
                        list(node.mesh.came(number(leaf), 1, node.now))
                node.now += 0.4
                node.mesh.has(2, number(seq * 16), 16, node.now)
            orders = list(node.mesh.left(1, node.now))
            self.assertEqual([each for each in orders if isinstance(each, Subscribe) and each.mask], [])
            began = node.now
            while not any(each.mask for each in node.look(0.01, Subscribe)):
                self.assertLess(node.now, began + 5)
            self.assertLessEqual(abs(node.now - began - wait), 0.03)

    def test_one_who_would_be_better(self) -> None:
        """Is asked in place of a parent where it has leaves sooner by so much, and by more than a fifth."""
        for hop_s, asked in ((0.1, True), (0.35, False)):
            node = Node(limits=replace(LIMITS, live_hop_s=hop_s))
            node.meet(1, 2)
            node.hear(head(0))
            node.parent(1)
            subscribed = set[int]()
            for seq in range(1, 14):
                node.hear(head(seq), due=60)
                node.now += 0.05
                node.mesh.has(2, number(seq * 16), 16, node.now)
                node.now += 0.45
                for leaf in range(seq * 16, seq * 16 + 16):
                    list(node.mesh.came(number(leaf), 1, node.now))
                subscribed |= {each.peer for each in node.look(0.01, Subscribe) if each.mask}
            self.assertEqual(2 in subscribed, asked)

    def test_leaves_that_do_not_come(self) -> None:
        """So long beyond the usual, and no longer."""
        for patience in (LIMITS.live_starve_s, 3.0):
            node = Node(limits=replace(LIMITS, live_starve_s=patience))
            node.meet(1)
            node.hear(head(0))
            node.parent(1)
            node.hear(head(1), head(2), due=60)
            self.assertLessEqual(abs((first(node, Unsubscribe, 9.0) or 0.0) - patience), 0.25)


class ChildBoundsTests(SynchronousTestCase):
    """To whom sub-streams are given."""

    def test_uplinks_that_nobody_knows(self) -> None:
        """So many copies of a source, so many of others, less what repairs need."""
        part = LIMITS.live_uplink_part
        bounds: Any
        for bounds, source, copies in (
            ({}, True, LIMITS.live_source_copies),
            ({}, False, LIMITS.live_copies),
            ({"live_source_copies": 1}, True, 1),
            ({"live_copies": 2}, False, 2),
        ):
            node = Node(uplink=None, source=source, limits=replace(LIMITS, **bounds))
            node.meet(*range(1, 9))
            for peer in range(1, 9):
                given(node, peer)
            self.assertEqual(node.mesh._children.given, int(part * copies * 16))

    def test_what_can_be_sent_at_least(self) -> None:
        """Of an uplink that nobody told the rate of, however few bits the broadcast has."""
        for least in (LIMITS.live_uplink, 1e7):
            node = Node(uplink=None, source=True, limits=replace(LIMITS, live_uplink=least))
            node.mesh.rate = least / LIMITS.live_source_copies
            children = node.mesh._children
            self.assertEqual(children._capacity, least)
            node.mesh.rate = least / LIMITS.live_source_copies / 2
            self.assertEqual(children._capacity, least)
            node.mesh.rate = least
            self.assertEqual(children._capacity, LIMITS.live_source_copies * least)

    def test_how_many_are_given_one(self) -> None:
        """So many, and not one more, where all give on as much."""
        node = Node(uplink=100 * RATE, limits=replace(LIMITS, live_fan_out=3))
        node.meet(1, 2, 3, 4)
        self.assertEqual([given(node, peer, 1) for peer in (1, 2, 3, 4)], [1, 1, 1, 0])

    def test_what_is_told(self) -> None:
        """What came meanwhile is told at once, but not sooner than so long after the last time."""
        node = Node(source=True)
        node.meet(1)
        list(node.mesh.subscribes(1, 0))
        node.look(1.0)
        list(node.mesh.came(number(0), None, node.now))
        self.assertEqual(node.look(LIMITS.live_have_s - 0.01, TellHave), [])
        self.assertEqual(node.look(0.011, TellHave), [TellHave(1, (number(0),))])


class RepairBoundsTests(SynchronousTestCase):
    """When leaves are asked for, and of how many."""

    def node(self, *peers: int, due: float = 20.0, **limits: Any) -> Node:
        """One that knows of a leaf which all of these have, and nobody pushes."""
        node = Node(limits=replace(LIMITS, **limits))
        node.meet(*peers)
        node.look(1.0)
        node.hear(head(0, 1), due=due)
        for peer in peers:
            node.mesh.has(peer, number(0), 1, node.now)
        return node

    def test_another_is_asked(self) -> None:
        """When the first one had so long, and not before."""
        for patience in (LIMITS.live_ask_s, 1.5):
            node = self.node(2, 3, live_ask_s=patience)
            self.assertIsNotNone(first(node, RequestLeaf, 1.0))
            self.assertLessEqual(abs((first(node, RequestLeaf, 5.0) or 0.0) - patience), 0.02)

    def test_in_a_hurry(self) -> None:
        """Several are asked from so long before it is needed, and not before."""
        node = self.node(2, 3, 4, due=4.0, live_ask_s=9.0, live_hurry_s=1.0)
        self.assertIsNotNone(first(node, RequestLeaf, 0.5))
        began = node.now
        second = first(node, RequestLeaf, 4.0)
        self.assertLessEqual(abs(began + (second or 0.0) - (5.0 - 1.0)), 0.03)

    def test_who_had_no_room(self) -> None:
        """Is asked again after so long, and not before."""
        for busy in (LIMITS.live_busy_s, 1.0):
            node = self.node(2, live_busy_s=busy)
            self.assertIsNotNone(first(node, RequestLeaf, 1.0))
            node.mesh.refused(number(0), 2, True, node.now)
            self.assertLessEqual(abs((first(node, RequestLeaf, 3.0) or 0.0) - busy), 0.02)

    def test_who_had_no_room_lately_is_asked_last(self) -> None:
        """However long ago: until it sent something that it was asked for."""
        node = self.node(2, 3, due=60.0)
        list(node.mesh.came(number(0), None, node.now))
        asked = []
        for leaf, refused in zip(range(16, 112, 16), [True, False] * 3, strict=True):
            node.now += 2 * LIMITS.live_busy_s
            node.hear(head(leaf // 16, 1), due=60.0)
            for peer in (2, 3):
                node.mesh.has(peer, number(leaf), 1, node.now)
            order = next(each for _ in range(20) for each in node.look(0.1, RequestLeaf))
            asked.append(order.peer)
            if refused:
                node.mesh.refused(order.number, order.peer, True, node.now)
            list(node.mesh.came(order.number, None if refused else order.peer, node.now))
        # Of those who refused as often the first is asked; one who sent something begins anew.
        self.assertEqual(asked, [2, 3, 3, 2, 2, 2])

    def test_patience(self) -> None:
        """A leaf that should be pushed is asked for after so long, at least."""
        waited = []
        for patience in (LIMITS.live_patience_s, 0.6):
            node = Node(limits=replace(LIMITS, live_patience_s=patience))
            node.meet(1, 2)
            node.hear(head(0))
            node.parent(1)
            for leaf in range(16):
                list(node.mesh.came(number(leaf), 1, node.now))
            node.hear(head(1, 1), due=9)
            node.mesh.has(2, number(16), 1, node.now)
            waited.append(first(node, RequestLeaf, 5.0) or 0.0)
        self.assertGreaterEqual(waited[0], LIMITS.live_patience_s)
        self.assertGreaterEqual(waited[1], 0.6)
        self.assertGreater(waited[1], waited[0])
