"""The pages in a real browser: a film found and watched, a peer looked at and changed."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from twisted.internet import reactor as global_reactor

from p2pstream.content.admission import Admission
from p2pstream.content.shown import ShownPeer, ShownShare
from p2pstream.testing.film import make_film
from p2pstream.testing.node import FakeNode
from p2pstream.testing.views.fake_views import FakeCentralView, FakePeerView
from p2pstream.web.api.peer import PeerOperations
from p2pstream.web.api.resource import Api
from p2pstream.web.events.resource import Events
from p2pstream.web.events.topics import PeerTopics
from p2pstream.web.pages.central import central_pages
from p2pstream.web.pages.peer import peer_pages
from p2pstream.web.token import Token
from tests.real.belongings import Belongings
from tests.real.browsers import BrowserCase

reactor: Any = global_reactor
VIDEO = "document.querySelector('video')"
TOKEN = Token("t" * 32)


@cache
def film() -> bytes:
    """Twenty seconds that do not fit what a browser reads ahead; made once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        make_film(path, 20, 640, 360, 12, grain=10)
        return path.read_bytes()


class WatchTests(BrowserCase):
    def central(self, *holders: str) -> str:
        """A central that lists it, held by these."""
        view = FakeCentralView()
        peers = tuple(ShownPeer(holder.removeprefix("http://"), http=True) for holder in holders)
        listed = replace(view.listed[0], key="", duration_s=20.0, length=len(film()), peers=peers)
        view.listed = [replace(listed, name="the film.mp4"), replace(listed, name="another.mp4")]
        return self.serve(FakeNode(reactor, known={}), central_pages(view))

    async def test_from_a_search_to_another_place(self) -> None:
        """Typed, found, pressed, seen within a second or so, and gone on where nothing was read before.

        One second is what is promised on a machine that is not busy; here three may pass.
        """
        peer = self.serve(FakeNode(reactor, shared={"the film.mp4": film()}))
        tab = await self.tab(self.central(peer))
        await tab.point("input[type=search]")
        await tab.type("film")
        await tab.press("Enter")
        await tab.until("location.search === '?q=film' && document.querySelectorAll('.film').length === 1")
        await tab.point(".film a")
        await tab.until("document.querySelector('.watch:not([hidden])')")
        await tab.point(".watch")
        await tab.until("document.querySelector('.stage').dataset.firstFrame")
        self.assertLess(await tab.run("Number(document.querySelector('.stage').dataset.firstFrame)"), 3000)
        before = await tab.run(f"{VIDEO}.buffered.end({VIDEO}.buffered.length - 1)")
        await tab.point(".seek", 0.9)
        await tab.until(f"{VIDEO}.currentTime > 17.9 && !{VIDEO}.seeking && {VIDEO}.readyState > 2")
        self.assertLess(before, 17)
        self.assertRegex(tab.requests[-1][1], r"bytes=[1-9]\d+-")
        self.assert_content(tab)

    async def test_keys(self) -> None:
        """All of it is done without a mouse."""
        peer = self.serve(FakeNode(reactor, shared={"the film.mp4": film()}))
        tab = await self.tab(f"{self.central(peer)}/watch/the%20film.mp4")
        await tab.press("Tab")
        self.assertEqual(await tab.run("document.activeElement.className"), "skip")
        await tab.press("k")
        await tab.until(f"{VIDEO}.currentTime > 0.2")
        await tab.press("l")
        await tab.until(f"{VIDEO}.currentTime > 10")
        await tab.press(" ")
        await tab.until(f"{VIDEO}.paused")
        await tab.press("0")
        await tab.until(f"{VIDEO}.currentTime === 0")
        await tab.press("m")
        await tab.until(f"{VIDEO}.muted")
        names = await tab.run(
            "[...document.querySelectorAll('button, a, input, [tabindex]')].filter(each =>"
            " each.checkVisibility() && !(each.ariaLabel || each.textContent.trim() || each.title)).length"
        )
        self.assertEqual(names, 0)
        self.assert_content(tab)

    async def test_next_holder(self) -> None:
        """Where one is gone the next one is asked, and where all are, that is said."""
        gone, peer = "http://127.0.0.1:9", self.serve(FakeNode(reactor, shared={"the film.mp4": film()}))
        tab = await self.tab(f"{self.central(gone, peer)}/watch/the%20film.mp4")
        await tab.point(".watch")
        await tab.until(f"{VIDEO}.currentTime > 0.2")
        await tab.go(f"{self.central(gone)}/watch/the%20film.mp4")
        await tab.point(".watch")
        await tab.until("!document.getElementById('trouble').hidden")
        said = await tab.run("document.getElementById('trouble').textContent")
        self.assertIn("cannot be reached from here. Try it through your own peer.", said)

    async def test_disguised(self) -> None:
        """Why it is refused is said, and nobody is sent to a peer that would refuse it, too."""
        peer = self.serve(FakeNode(reactor, shared={"the film.mp4": b"#EXTM3U\nhttp://192.0.2.66/\n"}))
        tab = await self.tab(f"{self.central(peer)}/watch/the%20film.mp4")
        await tab.point(".watch")
        await tab.until("!document.getElementById('trouble').hidden")
        said = await tab.run("document.getElementById('trouble').textContent")
        self.assertTrue(said.endswith("or may be one, and players would follow them."), said)

    async def test_without_scripts(self) -> None:
        """Films are found, and the browser's own player has them."""
        peer = self.serve(FakeNode(reactor, shared={"the film.mp4": film()}))
        tab = await self.tab()
        await tab.ask("Emulation.setScriptExecutionDisabled", value=True)
        await tab.go(f"{self.central(peer)}/?q=film")
        await tab.point(".film a")
        await tab.until("document.querySelector('video')?.controls")
        over = "document.elementFromPoint(innerWidth / 3, 300).tagName"
        self.assertEqual(await tab.run(over), "VIDEO")
        self.assert_content(tab)


class BelongingsTests(BrowserCase):
    async def test_subtitles_and_pictures(self) -> None:
        """They are had from beside the film, and shown where they belong."""
        view = FakePeerView()
        view.shared = [ShownShare("film.mp4", len(film()), type="video/mp4")]
        side = {b"side": Belongings("file")}
        node = FakeNode(reactor, shared={"film.mp4": film()})
        tab = await self.tab(f"{self.serve(node, peer_pages(view, TOKEN) | side)}/watch/film.mp4")
        await tab.point(".watch")
        await tab.until(f"{VIDEO}.currentTime > 0.2 && {VIDEO}.textTracks.length === 1")
        await tab.press("c")
        await tab.until(f"{VIDEO}.textTracks[0].activeCues?.length === 1")
        said = await tab.run(f"[{VIDEO}.textTracks[0].activeCues[0]].map((cue) => [cue.text, cue.line])[0]")
        self.assertEqual(said, ["Hello, said the moon.", -5])
        await tab.point(".seek", 0.6, press=False)
        await tab.until(
            "document.querySelector('.seek-picture:not([hidden])')?.style.backgroundPosition === '-160px 0px'"
        )
        self.assert_content(tab)

    async def test_wrapped(self) -> None:
        """What no browser opens is played from fragments, from any place."""
        view = FakePeerView()
        view.shared = [ShownShare("film.mkv", len(film()), type="video/x-matroska")]
        resources = peer_pages(view, TOKEN) | {
            b"side": Belongings("remux"),
            b"remux": Belongings.wrapped(film()),
        }
        tab = await self.tab(f"{self.serve(FakeNode(reactor, shared={}), resources)}/watch/film.mkv")
        await tab.until("document.querySelector('.stage').dataset.wrapped")
        await tab.point(".watch")
        await tab.until(f"{VIDEO}.currentTime > 0.2")
        self.assertEqual(await tab.run(f"Math.round({VIDEO}.duration)"), 20)
        await tab.point(".seek", 0.9)
        await tab.until(f"{VIDEO}.currentTime > 17.9 && !{VIDEO}.seeking && {VIDEO}.readyState > 2")
        self.assertIn("?t=18.", tab.requests[-1][0])
        self.assert_content(tab)

    async def test_not_heard(self) -> None:
        """What of a wrapped film is missing is said, before it plays and while it does."""
        view = FakePeerView()
        view.shared = [ShownShare("film.mkv", len(film()), type="video/x-matroska")]
        belongings = {b"side": Belongings("remux", "AC-3"), b"remux": Belongings.wrapped(film())}
        resources = peer_pages(view, TOKEN) | belongings
        tab = await self.tab(f"{self.serve(FakeNode(reactor, shared={}), resources)}/watch/film.mkv")
        shown, words = (
            "!document.getElementById('trouble').hidden",
            "document.getElementById('trouble').textContent",
        )
        await tab.until(shown)
        said = "A part of it cannot be heard or seen here: AC-3. Open it in VLC, or with p2p-play."
        self.assertEqual(await tab.run(words), said)
        await tab.point(".watch")
        await tab.until(f"{VIDEO}.currentTime > 0.2")
        self.assertEqual((await tab.run(shown), await tab.run(words)), (True, said))

    async def test_not_decoded(self) -> None:
        """What is in it is named, and nobody is sent to where it would not be decoded either."""
        view = FakePeerView()
        view.shared = [ShownShare("film.mkv", len(film()), type="video/x-matroska")]
        resources = peer_pages(view, TOKEN) | {b"side": Belongings("no", "HEVC (H.265)")}
        tab = await self.tab(f"{self.serve(FakeNode(reactor, shared={}), resources)}/watch/film.mkv")
        await tab.until("!document.getElementById('trouble').hidden")
        said = await tab.run("document.getElementById('trouble').textContent")
        self.assertIn(
            "has HEVC (H.265), which browsers do not decode. Open it in VLC, or with p2p-play.", said
        )


class PeerTests(BrowserCase):
    def peer(self) -> tuple[FakePeerView, str]:
        """One that can be changed."""
        view = FakePeerView()
        operations = PeerOperations(view, view).table
        resources = {
            **peer_pages(view, TOKEN),
            b"api": Api("peer", "1", operations, Admission.OWN, TOKEN),
            b"events": Events(PeerTopics(view), reactor, Admission.OWN),
        }
        return view, self.serve(FakeNode(reactor, shared={}), resources)

    async def test_live(self) -> None:
        """What moves is drawn, and is drawn anew when it moves otherwise."""
        view, url = self.peer()
        tab = await self.tab(f"{url}/activity")
        await tab.until("document.querySelectorAll('.swarm-flow').length === 2")
        await tab.until("document.querySelector('.area-in').getAttribute('d')")
        view.under_way.append(
            replace(view.under_way[0], number=9, address="10.0.0.77:2050", id="other", rate=5e6)
        )
        await tab.until("document.querySelectorAll('.swarm-flow').length === 3")
        self.assertIn("10.0.0.77:2050", await tab.run("document.getElementById('transfers').textContent"))
        self.assertEqual(await tab.run("document.getElementById('rate-out').textContent"), "6.0 MB/s")
        self.assert_content(tab)

    async def test_folders_and_limits(self) -> None:
        """One is added, one that is not there is refused in words, one is removed; and a limit is set."""
        view, url = self.peer()
        tab = await self.tab(f"{url}/folders")
        await tab.point("#path")
        await tab.type("/missing")
        await tab.press("Enter")
        await tab.until(
            "document.getElementById('path-trouble').textContent.includes('there is no folder /missing')"
        )
        await tab.run("document.getElementById('path').value = ''")
        await tab.point("#path")
        await tab.type("/srv/films")
        await tab.press("Enter")
        await tab.until("document.getElementById('folders').children.length === 3")
        for _ in range(2):
            await tab.point("[data-remove='/media/disk']")
        await tab.until("document.getElementById('folders').children.length === 2")
        self.assertEqual([folder.path for folder in view.shared_folders], ["/home/ada/Films", "/srv/films"])
        await tab.run("document.getElementById('upload').value = '3.5'")
        await tab.point("#limits button")
        await tab.until("document.getElementById('limits-said').textContent.startsWith('Saved')")
        self.assertEqual((view.bounds.upload, view.bounds.download), (3_500_000, None))
        # The one that was refused.
        self.assertEqual(len(tab.complaints), 1)
