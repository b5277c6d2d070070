"""What the browser says of a page that is left while it looks there."""

from __future__ import annotations

from twisted.internet.defer import Deferred

from p2pstream.testing.node import FakeNode
from script.chromium import PageLeft
from tests.real.browsers import BrowserCase, reactor


class LeavingTests(BrowserCase):
    async def test_left(self) -> None:
        """What never came to be on the old page is no failure of the new one."""
        url = self.serve(FakeNode(reactor))
        tab = await self.tab(url)
        waiting = Deferred.fromCoroutine(tab.run("new Promise(() => {})"))
        await tab.go(f"{url}/other")
        await self.assertFailure(waiting, PageLeft)
        await tab.run("setTimeout(() => location.search = '?seen', 50)")
        await tab.until("location.search === '?seen'")
