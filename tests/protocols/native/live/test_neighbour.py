"""Another who takes part in a broadcast, over two sessions."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.native.live import messages as say
from p2pstream.protocols.native.live.events import LiveSaid, TunedOut
from p2pstream.protocols.native.live.neighbour import LinkedNeighbour
from p2pstream.testing.live.live_parts import LiveNeighbourContract
from tests.protocols.native.live.test_live_session import Both

_TOLD = {
    say.Sub: "subscribed",
    say.Leaves: "told_leaves",
    say.AskLeaf: "asked",
    say.NoSlices: "ended_slices",
}


class LinkedTests(LiveNeighbourContract, SynchronousTestCase):
    """The contract of a neighbour."""

    def make_neighbour(self) -> LinkedNeighbour:
        """A channel that is open at both ends."""
        self.both = Both()
        channel, session = self.both.opened(), self.both.ends[0]
        return LinkedNeighbour(session, channel, ("192.0.2.1", b"i" * 32), 1, 0, lambda: self.both.now, True)

    def heard(self) -> list[str]:
        """See the contract."""
        self.both.run()
        told, self.both.told[1] = self.both.told[1], []
        names = ["lost" for event in told if isinstance(event, TunedOut)]
        return [_TOLD[type(event.message)] for event in told if isinstance(event, LiveSaid)] + names
