"""Which heads are accepted, in whatever order they come, and when a channel contradicts itself."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.lineage import Lineage, Novelty
from p2pstream.errors import Equivocation
from p2pstream.limits import LIMITS
from tests.content.broadcasts import BEGAN, CHANNEL, Signed, broadcast

HEADS = broadcast(12)


class OrderTests(SynchronousTestCase):
    """Heads come as the network brings them."""

    @given(st.permutations(HEADS))
    def test_any_order(self, heads: list[Head]) -> None:
        """The edge never goes back, and ends at the newest."""
        lineage, newest = Lineage(), -1
        for head in heads:
            novelty = lineage.take(head)
            self.assertIs(novelty, Novelty.EDGE if head.seq > newest else Novelty.PAST)
            newest = max(newest, head.seq)
            self.assertEqual(lineage.edge, HEADS[newest])
        for head in heads:
            self.assertIs(lineage.take(head), Novelty.KNOWN)
            self.assertEqual(lineage.get(head.seq), head)
            self.assertIs(lineage.like(bytes(head.raw)), head)
            self.assertIsNone(lineage.like(head.raw[:-1] + b"?"))

    @given(st.sets(st.integers(0, 11), min_size=1))
    def test_over_a_leaf(self, known: set[int]) -> None:
        """A leaf's head is found where it is known."""
        lineage = Lineage()
        for seq in known:
            lineage.take(HEADS[seq])
        for leaf in range(26):
            expected = HEADS[leaf // 2] if leaf // 2 in known else None
            self.assertEqual(lineage.over(leaf), expected)

    def test_heartbeats(self) -> None:
        """Have no leaves, and hide none."""
        signed = Signed()
        heads = [signed.slice(2), signed.slice(0), signed.slice(0), signed.slice(2)]
        lineage = Lineage()
        for head in heads:
            self.assertIs(lineage.take(head), Novelty.EDGE)
        self.assertEqual([lineage.over(leaf) for leaf in (1, 2, 4)], [heads[0], heads[3], None])

    def test_F46_an_older_epoch_is_past(self) -> None:
        """A replay of what was broadcast before changes nothing, and blames nobody."""
        lineage = Lineage()
        newer = broadcast(2, epoch=5)[1]
        self.assertIs(lineage.take(HEADS[3]), Novelty.EDGE)
        self.assertIs(lineage.take(newer), Novelty.EDGE)
        self.assertIs(lineage.take(HEADS[11]), Novelty.FORGOTTEN)
        self.assertEqual((lineage.edge, lineage.epoch, lineage.get(3)), (newer, 5, None))

    def test_memory(self) -> None:
        """So many are remembered; what is older is forgotten, and no new edge."""
        lineage = Lineage(replace(LIMITS, live_lineage_heads=5))
        for head in HEADS[2:8]:
            lineage.take(head)
        self.assertIsNone(lineage.get(2))
        self.assertEqual(lineage.get(3), HEADS[3])
        self.assertIs(lineage.take(HEADS[2]), Novelty.FORGOTTEN)
        self.assertEqual(lineage.edge, HEADS[7])


class EquivocationTests(SynchronousTestCase):
    """What only the channel's own key can have done."""

    def contradicts(self, one: Head, other: Head) -> None:
        """In whatever order they come; both are kept as evidence."""
        for heads in ((one, other), (other, one)):
            lineage = Lineage()
            lineage.take(heads[0])
            fault = self.assertRaises(Equivocation, lineage.take, heads[1])
            self.assertEqual(set(fault.evidence), {one.raw, other.raw})
            self.assertTrue(str(fault).isprintable())

    def signed(self, seq: int, **changed: object) -> Head:
        """A head of the broadcast with a field that differs."""
        return replace(HEADS[seq], **changed).signed(CHANNEL)  # type: ignore[arg-type]

    def test_two_of_one_number(self) -> None:
        """One byte is enough."""
        self.contradicts(HEADS[4], self.signed(4, duration_ms=99))

    def test_two_slices_over_one_leaf(self) -> None:
        """Also where their numbers are far apart."""
        self.contradicts(HEADS[4], self.signed(9, first=8, captured_ms=BEGAN))

    def test_neighbours(self) -> None:
        """Follow each other without a gap, by name, and in time."""
        self.contradicts(HEADS[4], self.signed(5, first=12))
        self.contradicts(HEADS[4], self.signed(5, prev=b"x" * 32))
        self.contradicts(HEADS[4], self.signed(5, captured_ms=HEADS[4].captured_ms - 1))

    def test_after_the_end(self) -> None:
        """Nothing comes."""
        signed = Signed()
        signed.slice()
        final = signed.final()
        self.contradicts(final, Head(1, 3, final.stop, 0, BEGAN, prev=final.digest).signed(CHANNEL))

    def test_what_is_far_apart_may_do_as_it_likes(self) -> None:
        """Of heads that are no neighbours only the leaves are compared."""
        lineage = Lineage()
        lineage.take(HEADS[2])
        self.assertIs(lineage.take(HEADS[9]), Novelty.EDGE)
        self.assertIs(lineage.take(HEADS[5]), Novelty.PAST)
