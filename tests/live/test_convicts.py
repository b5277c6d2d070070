"""Who lied about a broadcast is left alone."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.live.convicts import Convicts


class ConvictTests(SynchronousTestCase):
    """By host and id."""

    def test_F33_not_met_again(self) -> None:
        """From that host under that id, whatever its port; for an hour."""
        convicts = Convicts(LIMITS)
        convicts.convict("10.0.0.1:2050", b"liar", 0.0)
        self.assertTrue(convicts.refuses("10.0.0.1:60000", b"liar", 1.0))
        self.assertFalse(convicts.refuses("10.0.0.1:60000", b"another", 1.0))
        self.assertFalse(convicts.refuses("10.0.0.1:2050", b"liar", LIMITS.ban_key_s))

    def test_an_id_is_no_proof(self) -> None:
        """Who borrowed it elsewhere harms nobody; and no id is none."""
        convicts = Convicts(LIMITS)
        convicts.convict("10.0.0.1:2050", b"honest", 0.0)
        convicts.convict("10.0.0.1:2050", b"", 0.0)
        self.assertFalse(convicts.refuses("10.0.0.2:2050", b"honest", 1.0))
        self.assertFalse(convicts.refuses("10.0.0.1:2050", b"", 1.0))

    def test_not_dialled(self) -> None:
        """There, at that port."""
        convicts = Convicts(LIMITS)
        convicts.convict("10.0.0.1:2050", b"liar", 0.0)
        self.assertTrue(convicts.avoids("10.0.0.1:2050", 1.0))
        self.assertFalse(convicts.avoids("10.0.0.1:2051", 1.0))

    def test_bound(self) -> None:
        """The newest are remembered."""
        convicts = Convicts(replace(LIMITS, live_convicts=2))
        for number in range(3):
            convicts.convict(f"10.0.0.{number}:2050", b"liar", 0.0)
        self.assertFalse(convicts.refuses("10.0.0.0:1", b"liar", 1.0))
        self.assertTrue(convicts.refuses("10.0.0.1:1", b"liar", 1.0))
