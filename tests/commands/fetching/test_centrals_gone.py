"""Centrals that go while a film comes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.fetching.centrals_gone import CentralsGone
from p2pstream.testing.node import HeardEvents


class GoneTests(SynchronousTestCase):
    def test_F25_gone_and_back(self) -> None:
        """Each change is told once, of those that ever answered; where we are listed is not."""
        heard = HeardEvents()
        told = CentralsGone(heard)
        told.happened("not_listed", central="never", reason="refused")
        for central in ("a", "b"):
            told.happened("listed", central=central)
            told.happened("reachable", central=central, address="c")
        self.assertEqual(heard.heard, [])
        for _ in range(2):
            told.happened("not_listed", central="a", reason="it hung up")
        told.happened("listed", central="b")
        told.happened("listed", central="a")
        self.assertEqual(
            heard.heard,
            [("central_gone", {"central": "a", "reason": "it hung up"}), ("central_back", {"central": "a"})],
        )
