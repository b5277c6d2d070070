"""Memory for runs."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.hasher.lending import RUN_SIZES, Buffer, Lending
from p2pstream.limits import LIMITS

SHORT, LONG = RUN_SIZES[0], RUN_SIZES[1]


class LendingTests(SynchronousTestCase):
    def lending(self, most: int = LIMITS.hash_shared_bytes) -> Lending:
        """One whose buffers are counted as they are made."""
        self.made: list[int] = []

        def made(size: int) -> Buffer:
            self.made.append(size)
            return bytearray(size)

        return Lending(made, most=most)

    def test_shortest(self) -> None:
        """A run gets a buffer as long as the shortest that it fits in, at the bound and one past it."""
        lending = self.lending()
        for length in (1, SHORT, SHORT + 1, LONG, LONG + 1):
            self.assertEqual(len(lending.lend(length)), length)
        self.assertEqual(self.made, [SHORT, SHORT, LONG, LONG, RUN_SIZES[2]])

    def test_again(self) -> None:
        """What came back is lent before another is made."""
        lending = self.lending()
        first = lending.lend(5)
        buffer = lending.buffer(first)
        lending.give_back(first)
        self.assertIs(lending.buffer(lending.lend(7)), buffer)

    def test_F35_runs_a_little_longer_than_a_buffer(self) -> None:
        """However many runs there are, and however long they are, only so much is made to be lent again."""
        lending = self.lending()
        for length in (1, SHORT + 1, LONG + 1):
            runs = [lending.lend(length) for _ in range(300)]
            for run in runs:
                lending.give_back(run)
        self.assertEqual(sum(self.made), LIMITS.hash_shared_bytes)

    def test_F35_no_more_than_is_needed(self) -> None:
        """A run that finds no buffer has as much memory as it needs, for once."""
        lending = self.lending(most=LONG)
        first, second = lending.lend(SHORT + 1), lending.lend(SHORT + 1)
        self.assertEqual([len(lending.buffer(run) or b"") for run in (first, second)], [LONG, SHORT + 1])
        lending.give_back(second)
        self.assertIsNot(lending.buffer(lending.lend(SHORT + 1)), second.obj)

    def test_longer(self) -> None:
        """Where no other may be made, a run has one that is longer than it need be."""
        lending = self.lending(most=LONG)
        first = lending.lend(LONG)
        lending.give_back(first)
        lending.lend(1)
        self.assertEqual(self.made, [LONG])
