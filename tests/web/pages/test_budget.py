"""What pages cost whoever opens them."""

from __future__ import annotations

from gzip import compress

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.web.assets import Assets


class BudgetTests(SynchronousTestCase):
    def test_assets(self) -> None:
        """All that pages are made with is less than a photograph, and nothing comes from elsewhere."""
        bodies = Assets().bodies
        self.assertLess(sum(map(len, bodies.values())), 100_000)
        self.assertLess(len(compress(b"".join(bodies.values()))), 30_000)
        self.assertLess(sum(map(len, Assets().foreign.values())), 400_000)
        for name, body in bodies.items():
            text = body.decode("utf-8").replace("http://www.w3.org/2000/svg", "")
            self.assertNotRegex(
                text, r"https?://|@import|eval\(|innerHTML|insertAdjacentHTML|document\.write", name
            )
