"""The pages of a peer, as resources.

Everybody sees what is shared.  What goes on, folders, limits, and films that are fetched are
for whoever sits at this machine.
"""

from __future__ import annotations

from http import HTTPStatus

from twisted.web.resource import IResource, Resource

from p2pstream import __version__
from p2pstream.content.admission import Admission
from p2pstream.content.links import Link, parse_centrals, short_text
from p2pstream.content.names import decode_name
from p2pstream.content.namespaces import decode_full_name
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import IPeerView, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.assets import Assets, AssetsResource
from p2pstream.web.frame import PageFrame
from p2pstream.web.gateway import stream_path
from p2pstream.web.live.places import PLAYLIST
from p2pstream.web.pages.activity import Activity, activity_page
from p2pstream.web.pages.asking import HTML, M3U, called, outside
from p2pstream.web.pages.browse import Excerpt
from p2pstream.web.pages.code import code_picture
from p2pstream.web.pages.folders import folders_page
from p2pstream.web.pages.shared import peer_links, share_path, shared_page
from p2pstream.web.pages.watching import Watched, nothing_page, watching_page
from p2pstream.web.pages.ways import command, playlist
from p2pstream.web.policy import policy
from p2pstream.web.resource import WebResource
from p2pstream.web.token import Token

__all__ = ["peer_pages"]


def peer_pages(view: IPeerView, token: Token, limits: Limits = LIMITS) -> dict[bytes, IResource]:
    """What a peer's node serves, by the first part of the path.

    :param token: what changes something.
    """
    assets = Assets()
    place = _Place(view, PageFrame(assets.where, "peer", __version__), token, limits)
    return {
        b"": SharedPage(place),
        b"assets": AssetsResource(assets),
        b"activity": ActivityPage(place),
        b"folders": FoldersPage(place),
        b"watch": WatchPages(place),
        b"playlist": SharePlaylists(place),
    }


class _Place:
    """What all of these pages have."""

    def __init__(self, view: IPeerView, frame: PageFrame, token: Token, limits: Limits) -> None:
        self.view, self.frame, self.token, self.limits = view, frame, token, limits


class SharedPage(WebResource):
    """What is shared, for everybody."""

    def __init__(self, place: _Place) -> None:
        super().__init__()
        self._place = place

    async def answer(self, request: IWebRequest) -> None:
        """A part of it, or what was looked for."""
        view, asked = self._place.view, Excerpt.of(request.args)
        found = view.shares(asked.words, asked.after, self._place.limits.page_streams)
        links = peer_links("/") if request.is_local else ()
        page = shared_page(self._place.frame, found, asked, view.hashing(), links)
        await request.show(page, HTML, policy(forms=True))


class ActivityPage(WebResource):
    """What goes on."""

    admission = Admission.OWN

    def __init__(self, place: _Place) -> None:
        super().__init__()
        self._place = place

    async def answer(self, request: IWebRequest) -> None:
        """How it stands now."""
        view = self._place.view
        transfers = view.transfers(self._place.limits.event_transfers)
        shown = Activity(view.node(), transfers, view.fetches(), view.totals(), view.hashing())
        await request.show(activity_page(self._place.frame, shown), HTML, policy(scripts=True))


class FoldersPage(WebResource):
    """What is shared of, and how much may be used."""

    admission = Admission.OWN

    def __init__(self, place: _Place) -> None:
        super().__init__()
        self._place = place

    async def answer(self, request: IWebRequest) -> None:
        """How it stands now."""
        view, token = self._place.view, self._place.token.text
        page = folders_page(self._place.frame, view.folders(), view.limits(), view.centrals(), token)
        await request.show(page, HTML, policy(scripts=True))


class WatchPages(WebResource):
    """``/watch/NAME`` of what is shared, and ``/watch/CENTRAL/NAME`` of what is fetched."""

    def __init__(self, place: _Place) -> None:
        super().__init__()
        self._place = place

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name or a central, no longer percent-encoded."""
        return WatchShare(self._place, path)


class WatchShare(WebResource):
    """A film that is shared."""

    def __init__(self, place: _Place, path: bytes) -> None:
        super().__init__()
        self._place, self._path = place, path

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: it was a central."""
        return WatchStream(self._place, self._path, path)

    async def answer(self, request: IWebRequest) -> None:
        """Its page, where it is there."""
        frame, links = self._place.frame, peer_links("") if request.is_local else ()
        try:
            name = decode_name(self._path)
        except P2PStreamError as fault:
            await _nothing(request, nothing_page(frame, "No film can be called so", str(fault), links))
            return
        share = next(
            (each for each in self._place.view.shares(name, "", 1000).shares if each.name == name), None
        )
        if share is None:
            said = f"Nothing is called “{name}” here."
            await _nothing(request, nothing_page(frame, "It is not shared here", said, links))
            return
        path, here = share_path(name), outside(request, self._place.view.node().address)
        film = Watched(
            name, path, path.replace("share", "side", 1), path.replace("share", "remux", 1), share.length,
            playlist=path.replace("share", "playlist", 1), code=code_picture(here) if here else None,
        )  # fmt: skip
        await request.show(watching_page(frame, film, links), HTML, policy(scripts=True))


class WatchStream(WebResource):
    """A film that this peer fetches, for whoever sits at this machine."""

    def __init__(self, place: _Place, central: bytes, path: bytes) -> None:
        super().__init__()
        self._place, self._central, self._path = place, central, path

    async def answer(self, request: IWebRequest) -> None:
        """Its page; whether anybody has it is found out when it is played."""
        frame = self._place.frame
        if not request.is_local:
            await request.say(HTTPStatus.FORBIDDEN, "A peer fetches films for its own machine only.")
            return
        try:
            link = _link(self._central, self._path)
        except P2PStreamError as fault:
            await _nothing(request, nothing_page(frame, "There is no such film", str(fault), peer_links("")))
            return
        central, path = ",".join(map(short_text, link.centrals)), stream_path(link)
        ways = ("stream-side", "stream-remux", "stream-live")
        side, remux, live = (path.replace("stream", each, 1) for each in ways)
        film = Watched(
            link.name, path, side, remux, central=central, link=str(link), live=f"{live}/{PLAYLIST}",
            command=command(central, link.name), playlist=path.replace("stream", "playlist", 1),
        )  # fmt: skip
        page = watching_page(frame, film, peer_links(""))
        await request.show(page, HTML, policy(scripts=True))


def _link(central: bytes, path: bytes) -> Link:
    """What both name, no longer percent-encoded.

    :raises P2PStreamError: one of them names nothing.
    """
    first, *others = parse_centrals(central.decode("ascii", "replace"))
    return Link(first, decode_full_name(path), tuple(others))


class SharePlaylists(WebResource):
    """``/playlist/NAME`` and ``/playlist/CENTRAL/NAME``: the same films for players."""

    def __init__(self, place: _Place, parts: tuple[bytes, ...] = ()) -> None:
        super().__init__()
        self._place, self._parts = place, parts

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name, or a central."""
        return SharePlaylists(self._place, (*self._parts, path)) if len(self._parts) < 2 else WebResource()

    async def answer(self, request: IWebRequest) -> None:
        """The list."""
        try:
            name = decode_full_name(self._parts[-1])
            path = stream_path(_link(*self._parts)) if len(self._parts) == 2 else share_path(name)
        except (IndexError, P2PStreamError):
            await request.say(HTTPStatus.NOT_FOUND, "There is no such film.")
            return
        request.setHeader(b"Content-Disposition", b'attachment; filename="film.m3u"')
        await request.show(playlist(name, f"http://{called(request)}{path}"), M3U)


async def _nothing(request: IWebRequest, page: bytes) -> None:
    request.setResponseCode(HTTPStatus.NOT_FOUND)
    await request.show(page, HTML, policy())
