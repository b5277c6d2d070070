"""Whose turn it is to send."""

from __future__ import annotations

from collections import Counter

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.turns.rounds import Rounds

UNIT = 65_536


def sent(weights: dict[str, int], pieces: dict[str, int] | None = None, turns: int = 2000) -> Counter[str]:
    """Bytes of each, when all of them always have something to send."""
    rounds: Rounds[str] = Rounds(16_384)
    count: Counter[str] = Counter()
    for name, weight in weights.items():
        rounds.join(name, weight)
    for _ in range(turns):
        name = rounds.next()
        assert name is not None
        length = (pieces or {}).get(name, UNIT)
        rounds.spend(name, length)
        rounds.join(name, weights[name])
        count[name] += length
    return count


class RoundsTests(SynchronousTestCase):
    """Surplus round robin."""

    def test_nobody(self) -> None:
        """Nobody waits."""
        self.assertIsNone(Rounds[str](1).next())

    def test_equal_parts_whatever_the_pieces(self) -> None:
        """Who sends sixteen units at once gets no more than who sends one."""
        count = sent({"long": 2, "short": 2}, {"long": 16 * UNIT})
        self.assertApproximates(count["long"] / count["short"], 1, 0.05)

    def test_weights(self) -> None:
        """Four to two to one, as far as nobody has more than half."""
        count = sent({"urgent": 4, "window": 2, "other window": 2, "whenever": 1})
        self.assertApproximates(count["urgent"] / count["whenever"], 4, 0.1)
        self.assertApproximates(count["window"] / count["whenever"], 2, 0.1)

    def test_F40_nobody_has_more_than_half(self) -> None:
        """However urgent it says it is, while somebody else waits."""
        count = sent({"greedy": 4, "modest": 1})
        self.assertLessEqual(count["greedy"] / count.total(), 0.51)

    def test_F40_three_greedy_among_twenty(self) -> None:
        """Who asks for everything at once gets the part of one."""
        greedy = dict.fromkeys(("a", "b", "c"), 2)
        honest = {str(number): 2 for number in range(20)}
        count = sent(greedy | honest, dict.fromkeys(greedy, 16 * UNIT), 20_000)
        fair = count.total() / 23
        for name in honest:
            self.assertGreaterEqual(count[name] / fair, 0.9, name)

    def test_urgent_goes_first(self) -> None:
        """Who is urgent and has sent nothing yet is next; who has had its part is not."""
        rounds: Rounds[str] = Rounds(16_384)
        for name in ("a", "b", "c"):
            rounds.join(name, 2)
        rounds.join("urgent", 4, first=True)
        self.assertEqual(rounds.next(), "urgent")
        rounds.spend("urgent", UNIT)
        rounds.join("urgent", 4, first=True)
        self.assertEqual(rounds.next(), "a")

    def test_urgent_ones_go_in_the_order_in_which_they_came(self) -> None:
        """All before those who are not, and who came first has not to wait for those who came later."""
        rounds: Rounds[str] = Rounds(16_384)
        for name in ("a", "b"):
            rounds.join(name, 2)
        for name in ("first", "second", "third"):
            rounds.join(name, 4, first=True)
        self.assertEqual([rounds.next() for _ in range(5)], ["first", "second", "third", "a", "b"])
        self.assertEqual((len(rounds), rounds._first), (0, {}))

    def test_a_turn_is_not_interrupted(self) -> None:
        """Who has sent less than its part goes on before who became urgent meanwhile."""
        rounds: Rounds[str] = Rounds(UNIT)
        for name in ("a", "b"):
            rounds.join(name, 2)
        self.assertEqual(rounds.next(), "a")
        rounds.join("urgent", 4, first=True)
        rounds.spend("a", UNIT // 2)
        rounds.join("a", 2)
        self.assertEqual([rounds.next() for _ in range(3)], ["a", "urgent", "b"])

    def test_one_who_becomes_urgent(self) -> None:
        """It waits already, and comes first from then on."""
        rounds: Rounds[str] = Rounds(16_384)
        for name in ("a", "b"):
            rounds.join(name, 2)
        rounds.join("b", 4, first=True)
        self.assertEqual(rounds.next(), "b")

    def test_one_that_leaves(self) -> None:
        """It has no turn, and nothing is kept of it."""
        rounds: Rounds[str] = Rounds(16_384)
        rounds.join("a", 2)
        rounds.join("b", 2)
        rounds.spend("a", UNIT)
        rounds.leave("a")
        self.assertEqual((rounds.next(), rounds.next(), len(rounds)), ("b", None, 0))
        rounds.spend("b", UNIT)
        self.assertEqual((rounds._left, rounds._weights), ({}, 0))
