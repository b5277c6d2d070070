"""The pages of a central, as resources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

from twisted.web.resource import IResource, Resource

from p2pstream import __version__
from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.links import Link, short_text
from p2pstream.content.namespaces import decode_full_name
from p2pstream.content.shown import ShownStream
from p2pstream.errors import BadKey, P2PStreamError
from p2pstream.interfaces import ICentralView, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.assets import Assets, AssetsResource
from p2pstream.web.frame import PageFrame
from p2pstream.web.live.places import STREAM
from p2pstream.web.pages.asking import HTML, M3U, asked_for, called, outside
from p2pstream.web.pages.belonging import sides_of
from p2pstream.web.pages.browse import Excerpt, browse_page, distinct
from p2pstream.web.pages.code import code_picture
from p2pstream.web.pages.film import Film, film_page, givers, nameless_page, origins, source_of
from p2pstream.web.pages.ways import playlist
from p2pstream.web.policy import policy
from p2pstream.web.resource import WebResource, asker

__all__ = ["central_pages"]

#: As many as a page tries.
_PLACES = ("0", "1", "2")


def central_pages(view: ICentralView, limits: Limits = LIMITS) -> dict[bytes, IResource]:
    """What a central's node serves, by the first part of the path."""
    assets = Assets()
    frame = PageFrame(assets.where, "central", __version__)
    finder = _Finder(view)
    return {
        b"": FrontPage(view, frame, limits),
        b"assets": AssetsResource(assets),
        b"watch": ByName(lambda name: FilmPage(view, frame, finder, name)),
        b"picture": ByName(lambda name: FilmPicture(view, finder, name)),
        b"playlist": ByName(lambda name: FilmPlaylist(finder, name)),
    }


class FrontPage(WebResource):
    """What is listed."""

    def __init__(self, view: ICentralView, frame: PageFrame, limits: Limits) -> None:
        super().__init__()
        self._view = view
        self._frame = frame
        self._limits = limits

    async def answer(self, request: IWebRequest) -> None:
        """A part of it, or what was looked for."""
        asked = Excerpt.of(request.args)
        try:
            found = await self._view.streams(asked.words, asked.after, self._limits.page_streams)
        except P2PStreamError as fault:
            await request.say(HTTPStatus.BAD_REQUEST, str(fault))
            return
        page = browse_page(self._frame, found, self._view.counts(), asked)
        # Pictures come from whoever has the film.
        await request.show(page, HTML, policy(scripts=True, forms=True, pictures=["http:"]))


class ByName(WebResource):
    """What there is of each name: ``child(name)`` is made when it is asked for."""

    def __init__(self, child: Callable[[bytes], Resource]) -> None:
        super().__init__()
        self._child = child

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name, no longer percent-encoded."""
        return self._child(path)


class _Finder:
    """Looks for the film that a request means."""

    def __init__(self, view: ICentralView) -> None:
        self._view = view

    async def __call__(
        self, path: bytes, request: IWebRequest
    ) -> tuple[str, ShownStream | None, Sequence[ShownStream]]:
        """Its name, what is meant, and the others of that name."""
        try:
            name = decode_full_name(path)
        except P2PStreamError:
            return path.decode("utf-8", "replace")[:200], None, ()
        found = await self._view.named(name, asker(request))
        key = asked_for(request.args, "key")
        meant = next((each for each in found if not key or each.key == key), None)
        others = [each for each in distinct(found) if meant is None or each.key != meant.key or not each.key]
        return name, meant, [each for each in others if each is not meant]


class FilmPage(WebResource):
    """One film."""

    def __init__(self, view: ICentralView, frame: PageFrame, finder: _Finder, path: bytes) -> None:
        super().__init__()
        self._view, self._frame, self._finder, self._path = view, frame, finder, path

    async def answer(self, request: IWebRequest) -> None:
        """Play it here, or elsewhere."""
        name, stream, others = await self._finder(self._path, request)
        if stream is None:
            request.setResponseCode(HTTPStatus.NOT_FOUND)
            await request.show(nameless_page(self._frame, name), HTML, policy(forms=True))
            return
        central, here = called(request, CENTRAL_PORT), outside(request, self._view.node().address)
        sides = await sides_of(self._view, stream, asker(request))
        film = Film(
            stream,
            others,
            short_text(central),
            _link(central, stream.name),
            code_picture(here) if here else None,
            sides,
        )
        peers = [*origins(stream), *(each.partition("/side/")[0] for each in sides)]
        allowed = policy(scripts=True, forms=True, peers=peers, pictures=["http:"])
        await request.show(film_page(self._frame, film), HTML, allowed)


def _link(central: Address, name: str) -> str:
    try:
        return str(Link(central, name))
    except BadKey:
        # It begins as keys do, and is none: nobody can be led there.
        return ""


class FilmPicture(WebResource):
    """The picture of a film: whoever has what belongs to it, or shares it, has that.

    ``?place=1`` is the next of them, for a page to which the first does not give it.
    """

    def __init__(self, view: ICentralView, finder: _Finder, path: bytes) -> None:
        super().__init__()
        self._view, self._finder, self._path = view, finder, path

    async def answer(self, request: IWebRequest) -> None:
        """Where it is."""
        _, stream, _ = await self._finder(self._path, request)
        ways = () if stream is None else await sides_of(self._view, stream, asker(request))
        place = asked_for(request.args, "place") or "0"
        there = ways[int(place) :][:1] if place in _PLACES else []
        if not there:
            await request.say(HTTPStatus.NOT_FOUND)
            return
        request.setHeader(b"Location", f"{there[0]}/picture.jpg".encode("ascii"))
        await request.say(HTTPStatus.FOUND)


class FilmPlaylist(WebResource):
    """A film for players: where the best of those is who have it."""

    def __init__(self, finder: _Finder, path: bytes) -> None:
        super().__init__()
        self._finder, self._path = finder, path

    async def answer(self, request: IWebRequest) -> None:
        """The list."""
        _, stream, _ = await self._finder(self._path, request)
        giver = None if stream is None else next(iter(givers(stream)), None)
        if stream is None or giver is None:
            await request.say(HTTPStatus.NOT_FOUND, "Nobody who has it is here at the moment.")
            return
        request.setHeader(b"Content-Disposition", b'attachment; filename="film.m3u"')
        await request.show(playlist(stream.name, source_of(giver, stream, STREAM)), M3U)
