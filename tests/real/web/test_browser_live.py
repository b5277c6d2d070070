"""A broadcast in a real browser: at the edge, back, at the edge again, and over."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from twisted.internet import reactor as global_reactor

from p2pstream.content.shown import ShownPeer
from p2pstream.data.live import LiveData
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.ingest import Ingest
from p2pstream.protocols.node import Means
from p2pstream.testing.film import make_film
from p2pstream.testing.node import FakeNode, HeardEvents
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.views.fake_views import FakeCentralView
from p2pstream.testing.workers import InlineWorkers
from p2pstream.web.live.resources import Broadcasts
from p2pstream.web.pages.central import central_pages
from tests.content.broadcasts import CHANNEL, KEY
from tests.real.browsers import BrowserCase

reactor: Any = global_reactor
VIDEO = "document.querySelector('video')"
NAME = "the show"


class LiveTests(BrowserCase):
    """Everything but the network between peers."""

    def air(self) -> str:
        """A peer that broadcasts: all of it is fed in at once, so nobody waits for it."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "show.ts"
            make_film(path, 14, 160, 90, fps=10, container="ts")
            content = path.read_bytes()
        self.data = LiveData(KEY, MemoryDisk(), InlineWorkers(), 600)
        wall_ms = Means(reactor, HeardEvents(), InlineWorkers()).wall_ms
        self.source = Broadcast(CHANNEL, self.data, reactor, InlineWorkers(), wall_ms, 1000)
        self.source.begin()
        self.addCleanup(self.source.close)
        ingest = Ingest(self.source, NAME, reactor, HeardEvents(), lambda reason: None)
        ingest.write(content)
        ingest.unregisterProducer()
        resource = Broadcasts({KEY: self.data}.get, reactor)
        return self.serve(FakeNode(reactor, shared={}), {b"live": resource})

    def central(self, *holders: str, secure: bool = False) -> str:
        """A central that lists it, held by these; by https with a certificate that nobody else signed."""
        view = FakeCentralView()
        peers = tuple(ShownPeer(holder.removeprefix("http://"), http=True) for holder in holders)
        listed = replace(view.listed[0], key=KEY.text, length=None, duration_s=None, pictures="", peers=peers)
        view.listed = [replace(listed, name=NAME, live=True)]
        return self.serve(FakeNode(reactor, known={}), central_pages(view), secure)

    async def test_live_in_a_page(self) -> None:
        """Pressed, seen at the edge, though who was asked first is gone; gone back, and over."""
        page = f"{self.central('http://127.0.0.1:9', self.air())}/watch/the%20show"
        tab = await self.tab(page)
        await tab.point(".watch")
        await tab.until("document.querySelector('.stage').dataset.firstFrame")
        await tab.until(f"{VIDEO}.currentTime - {VIDEO}.seekable.start(0) > 7")
        self.assertEqual(await tab.run("document.querySelector('.edge').ariaPressed"), "true")
        self.assertRegex(
            await tab.run("document.querySelector('.controls-row .number').textContent"), "behind"
        )
        await tab.press("0")
        await tab.until(f"{VIDEO}.currentTime - {VIDEO}.seekable.start(0) < 2 && {VIDEO}.readyState > 2")
        await tab.until("document.querySelector('.edge').ariaPressed === 'false'")
        await tab.press("End")
        await tab.until("document.querySelector('.edge').ariaPressed === 'true'")
        self.source.end()
        await tab.run(f"{VIDEO}.playbackRate = 8")
        await tab.until("!document.getElementById('trouble').hidden")
        self.assertIn("is over", await tab.run("document.getElementById('trouble').textContent"))
        self.assertEqual(tab.complaints, [each for each in tab.complaints if "127.0.0.1:9" in each])

    async def test_on_a_page_that_came_by_https(self) -> None:
        """Why nothing can be shown there is said before anything is pressed, and after it."""
        tab = await self.tab()
        await tab.ask("Security.setIgnoreCertificateErrors", ignore=True)
        central = self.central("http://192.0.2.9:2050", secure=True)
        await tab.go(f"{central}/watch/the%20show")
        trouble = "document.getElementById('trouble')"
        await tab.until(f"!{trouble}.hidden")
        said = await tab.run(f"{trouble}.textContent")
        self.assertIn("came by https", said)
        self.assertEqual(
            await tab.run(f"{trouble}.querySelector('a').href"),
            f"{central}/watch/the%20show".replace("https:", "http:"),
        )
        await tab.point(".watch")
        await tab.until("document.querySelector('.stage.broken')")
        self.assertEqual(await tab.run(f"{trouble}.textContent"), said)
