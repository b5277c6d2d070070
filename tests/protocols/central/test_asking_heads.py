"""The newest head of a broadcast, asked of a central, and told to one."""

from __future__ import annotations

from p2pstream.content.keys import LiveKey
from p2pstream.content.signing import Identity
from p2pstream.errors import BadHead
from tests.protocols.central.centrals import CentralTestCase
from tests.protocols.central.examples import CHANNEL, HEAD
from tests.protocols.central.test_asking import well


class HeadTests(CentralTestCase):
    """Over a link."""

    def test_heads(self) -> None:
        """The newest one, if the channel signed it; none where none is known; told, and taken."""
        self.central(well)
        line = self.line()
        asked, told = line.head(CHANNEL), line.tell_head(CHANNEL, HEAD)
        self.clock.advance(0)
        head = self.successResultOf(asked)
        self.assertEqual(head and head.raw, HEAD)
        self.successResultOf(told)
        other = line.head(LiveKey(Identity(b"o" * 32).id))
        self.clock.advance(0)
        self.failureResultOf(other, BadHead)
