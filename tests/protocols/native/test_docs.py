"""The page about the native protocol against the code and the recorded examples."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.native.messages import CEILINGS, DATA, DATA_HEAD, TABLE
from tests.protocols.shown import BetweenPeersContract


class NativePageTests(BetweenPeersContract, SynchronousTestCase):
    """Every message, byte by byte."""

    page, vectors = "native.rst", "native.json"
    types, kinds, bulk = CEILINGS, TABLE, (DATA, "Data")

    def test_data(self) -> None:
        """The head that is shown is that of request 1 and unit 0."""
        (example,) = (example for example in self.shown if example.frame.type == DATA)
        self.assertEqual(DATA_HEAD.unpack_from(example.frame.body), (1, 0))
