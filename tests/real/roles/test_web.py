"""The pages of real programs, in a real browser."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.task import deferLater

from p2pstream.testing.film import make_film
from tests.real.browsers import BrowserCase, reactor
from tests.real.processes import ProcessesMixin, free_loopback

VIDEO = "document.querySelector('video')"


class PagesTests(ProcessesMixin, BrowserCase):
    def peer(self, central: str) -> tuple[str, Path]:
        """One that is listed there; where it is, and its share."""
        home, host = self.folder(), free_loopback()
        (home / "share").mkdir()
        self.twistd("p2p-peer", "--ip", host, "--central", central, folder=home).wait_for("listed at")
        return host, home / "share"

    async def test_added_found_and_watched(self) -> None:
        """A folder is added on one peer's page; the central lists its film; another peer's page plays it."""
        central = free_loopback()
        self.twistd("p2p-central", "--ip", central, folder=self.folder()).wait_for("listens on")
        (giving, _), (own, _) = self.peer(central), self.peer(central)
        films = self.folder()
        make_film(films / "new film.mp4", 4, 320, 180, fps=12)
        tab = await self.tab(f"http://{giving}:2050/folders")
        await tab.point("#path")
        await tab.type(str(films))
        await tab.press("Enter")
        await tab.until("document.getElementById('folders').textContent.includes('1 file')")
        looking = await self.tab(f"http://{central}:2045/")
        while not await looking.run("document.querySelectorAll('.film').length"):
            await deferLater(reactor, 0.2)
            await looking.go(f"http://{central}:2045/?q=new")
        await looking.point(".film a")
        await looking.until("document.querySelector('.watch:not([hidden])')")
        way = await looking.run(
            "[...document.querySelectorAll('a')].find(each => each.textContent.includes('my peer')).href"
        )
        await looking.point(".watch")
        await looking.until(f"{VIDEO}.currentTime > 0.1")
        through = await self.tab(way.replace("127.0.0.1:2050", f"{own}:2050"))
        await through.point(".watch")
        await through.until(f"{VIDEO}.currentTime > 0.1")
        await through.until("document.getElementById('fetching').textContent.startsWith('All of it is here')")
        self.assert_content(tab, looking)
