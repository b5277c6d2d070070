"""A central found by multicast, on the loopback interface alone."""

from __future__ import annotations

from importlib.util import find_spec

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS
from p2pstream.testing.nearby import NeighbourhoodContract
from p2pstream.transport.networks.nearby import MulticastNeighbourhood


class MulticastTests(NeighbourhoodContract, SynchronousTestCase):
    """With python-zeroconf, where it is there and this machine lets multicast loop."""

    seconds = LIMITS.nearby_s

    def setUp(self) -> None:
        """See whether it can be tried."""
        if find_spec("zeroconf") is None:
            raise SkipTest("python-zeroconf is not installed")
        try:
            self.neighbour().browse(0.0)
        except CannotListen as fault:
            raise SkipTest(str(fault)) from None

    def neighbour(self) -> MulticastNeighbourhood:
        """See `NeighbourhoodContract`."""
        return MulticastNeighbourhood(["127.0.0.1"])
