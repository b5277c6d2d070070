"""Who was asked to push what, and what is made of what it says to that."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.live.mesh import Give, Subscribe, Unsubscribe
from tests.live.test_mesh import ALL, Node, head, number


class AnswerTests(SynchronousTestCase):
    """One neighbour, who has all leaves first."""

    def setUp(self) -> None:
        """It was asked for some sub-streams."""
        self.node = Node()
        self.node.meet(1)
        self.node.hear(head(0))
        self.node.mesh.has(1, number(0), 16, self.node.now)
        (asked,) = (order for order in self.node.look(kind=Subscribe) if order.mask)
        self.mask = asked.mask

    def test_one_question_at_a_time(self) -> None:
        """Else what it says to the first would count as said to both."""
        self.assertEqual(self.node.look(kind=Subscribe), [])
        self.assertEqual(list(self.node.mesh.gives(1, self.mask, self.node.now)), [])
        (again,) = self.node.look(kind=Subscribe)
        self.assertEqual(again.mask & self.mask, 0)
        list(self.node.mesh.gives(1, again.mask, self.node.now))
        self.assertEqual(self.node.mesh.parents, {1: self.mask | again.mask})

    def test_an_answer_that_comes_too_late(self) -> None:
        """It is told that it is not wanted: it would push beside whoever was asked since."""
        self.node.look(LIMITS.live_answer_s + 0.001)
        late = list(self.node.mesh.gives(1, self.mask, self.node.now))
        self.assertEqual(late, [Unsubscribe(1, self.mask)])
        self.assertEqual(self.node.mesh.parents, {})

    def test_who_wants_to_hear_is_not_answered(self) -> None:
        """Nothing was asked for: the answer would count as one to what is asked next."""
        self.assertEqual(list(self.node.mesh.subscribes(1, 0)), [])
        self.assertEqual(self.node.mesh.listeners, [1])
        self.assertEqual(list(self.node.mesh.subscribes(1, 0b1)), [Give(1, 0b1)])

    def test_who_takes_something_goes_on_telling(self) -> None:
        """One who is told that nothing of it is wanted would not expect to be pushed anything more."""
        node, most = Node(), 2 * LIMITS.live_informers
        node.meet(*range(most + 1))
        for who in node.mesh._neighbours.values():
            who.informs = True
        list(node.mesh.subscribes(0, 0b1))
        left = [order for order in node.look(kind=Unsubscribe) if order.mask == ALL]
        self.assertEqual(left, [Unsubscribe(1, ALL)])
