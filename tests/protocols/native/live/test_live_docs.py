"""The page about broadcasts against the code and the recorded examples."""

from __future__ import annotations

from collections import defaultdict

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.signed.heads import Head
from p2pstream.protocols.native.live.messages import CEILINGS, LEAF_HEAD, LEAF_TYPE, TABLE, SliceSaid
from tests.protocols.shown import BetweenPeersContract


class LivePageTests(BetweenPeersContract, SynchronousTestCase):
    """Every message, byte by byte."""

    page, vectors = "live.rst", "live_messages.json"
    types, kinds, bulk = CEILINGS, TABLE, (LEAF_TYPE, "Leaf")

    def test_leaves_and_heads(self) -> None:
        """The leaf that is shown is the sixth of epoch 1; the head of each slice is one."""
        bodies: dict[int, list[bytes]] = defaultdict(list)
        for example in self.shown:
            bodies[example.frame.type].append(example.frame.body)
        self.assertEqual({LEAF_HEAD.unpack_from(body) for body in bodies[LEAF_TYPE]}, {(1 << 32 | 5,)})
        heads = [SliceSaid.unpack(body).head for body in bodies[SliceSaid.type]]
        self.assertEqual({Head.decode(head).count for head in heads}, {0})
