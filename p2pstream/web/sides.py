"""What films have beside them: ``/side/KEY/…``, and ``/side/NAME/…`` of what is shared.

``facts.json``, ``picture.jpg``, ``seek.vtt`` with ``seek-0.jpg`` and so on, ``subtitles-0.vtt``
and so on.  Under the key of the side content each is the same for ever; under a name it is
what belongs to the film that has that name now.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.names import decode_name
from p2pstream.content.side import Piece, Side, playable, storyboard_vtt, unpack
from p2pstream.content.side.packfile import HEAD_BYTES, SHEET, TEXT, read_index
from p2pstream.errors import BadKey, BadName, CannotPlay, NotShared, P2PStreamError
from p2pstream.interfaces import IData, IMedia, IStream, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.kept import kept
from p2pstream.web.resource import WebResource

__all__ = ["SideResources", "answer_facts", "answer_part"]

_FOR_EVER = b"public, max-age=31536000, immutable"
_VTT, _JSON = b"text/vtt; charset=utf-8", b"application/json"
_NUMBERED = re.compile(r"(seek|subtitles)-(0|[1-9][0-9]{0,2})\.(jpg|vtt)")

#: Opens the stream of a key, for one reader.
Opens = Callable[[FileKey], Deferred[IStream]]


class SideResources(WebResource):
    """All of it.

    :param opens: as `INode.open_key`.
    :param named: the key of what belongs to the shared film of a name; None: nothing does.
    """

    admission = Admission.PUBLIC

    def __init__(
        self,
        opens: Opens,
        named: Callable[[str], FileKey | None],
        clock: IReactorTime,
        limits: Limits = LIMITS,
    ) -> None:
        super().__init__()
        self._opens = opens
        self._named = named
        self._clock = clock
        self.limits = limits

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a key, or a name."""
        try:
            key = parse_key(path.decode("ascii"))
        except (UnicodeDecodeError, BadKey):
            return SidePlace(self, self._by_name(path), b"no-cache")
        return SidePlace(self, key if isinstance(key, FileKey) else None, _FOR_EVER)

    def _by_name(self, path: bytes) -> FileKey | None:
        try:
            return self._named(decode_name(path))
        except BadName:
            return None

    async def opened(self, key: FileKey) -> IStream:
        """The stream of it, which the caller closes.

        :raises P2PStreamError: it is not here.
        """
        try:
            return await self._opens(key).addTimeout(self.limits.stall_s, self._clock)
        except TimeoutError:
            raise NotShared("what belongs to it did not come in time") from None


class SidePlace(WebResource):
    """What one film has beside it.

    :param caching: the value of Cache-Control.
    """

    def __init__(self, sides: SideResources, key: FileKey | None, caching: bytes) -> None:
        super().__init__()
        self._sides = sides
        self._key = key
        self._caching = caching

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: which of it."""
        if self._key is None:
            return WebResource()
        return SideAnswer(self._sides, self._key, self._caching, path.decode("ascii", "replace"))


class SideAnswer(WebResource):
    """One thing."""

    def __init__(self, sides: SideResources, key: FileKey, caching: bytes, part: str) -> None:
        super().__init__()
        self._sides = sides
        self._key = key
        self._caching = caching
        self._part = part

    async def answer(self, request: IWebRequest) -> None:
        """Read it, and nothing else of the file."""
        try:
            data: Any = await self._sides.opened(self._key)
        except NotShared as fault:
            await request.say(HTTPStatus.NOT_FOUND, str(fault))
            return
        except P2PStreamError as fault:
            await request.say(HTTPStatus.SERVICE_UNAVAILABLE, str(fault))
            return
        try:
            await answer_part(request, data, self._part, self._key, self._caching, self._sides.limits)
        finally:
            data.close()


async def answer_part(
    request: IWebRequest, data: IData, part: str, key: FileKey, caching: bytes, limits: Limits
) -> None:
    """Answer with one thing out of a file of side content, reading nothing else of it.

    :param key: of the file.
    :param caching: the value of Cache-Control.
    """
    try:
        found = await _body(data, part, limits)
    except P2PStreamError as fault:
        await request.say(HTTPStatus.SERVICE_UNAVAILABLE, str(fault))
        return
    if found is None:
        await request.say(HTTPStatus.NOT_FOUND, "It has nothing of that kind beside it.")
        return
    tag = f'"{key.text}/{part}"'.encode("ascii", "replace")
    request.setHeader(b"ETag", tag)
    request.setHeader(b"Cache-Control", caching)
    if request.getHeader(b"If-None-Match") == tag:
        request.setResponseCode(HTTPStatus.NOT_MODIFIED, b"Not Modified")
        await request.show(b"", b"")
    else:
        await request.show(*found)


async def _body(data: IData, part: str, limits: Limits) -> tuple[bytes, bytes] | None:
    """What was asked for, and its type; None where there is none."""
    side = await _index(data, limits)
    if part == "facts.json":
        return facts_json(side), _JSON
    if part == "seek.vtt" and side.board is not None:
        return storyboard_vtt(side.board, side.facts.duration_ms, "seek-{}.jpg".format), _VTT
    piece = _piece(side, part)
    if piece is None:
        return None
    kind = _VTT if piece.kind == TEXT else piece.mime.encode("ascii")
    return await kept(data, piece.start, piece.stop), kind


async def _index(data: IData, limits: Limits) -> Side:
    """What is in it.

    :raises P2PStreamError: it is none, or does not come.
    """
    length = data.length or 0
    head = await kept(data, 0, min(length, HEAD_BYTES))
    begin = min(length, read_index(head, limits))
    return unpack(head + await kept(data, HEAD_BYTES, begin), length, limits)


async def answer_facts(request: IWebRequest, data: IData, media: IMedia) -> None:
    """Answer with what is in a film, found out of itself."""
    try:
        facts = await media.facts(data)
    except CannotPlay as fault:
        await request.say(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{fault}.")
    except P2PStreamError as fault:
        await request.say(HTTPStatus.SERVICE_UNAVAILABLE, f"{fault}.")
    else:
        await request.show(facts_json(Side(facts)), _JSON)


def facts_json(side: Side) -> bytes:
    """What a page has to know of a film; addresses are relative to where this is."""
    facts, plays = side.facts, playable(side.facts)
    said: dict[str, Any] = {
        "duration": facts.duration_ms / 1000,
        "container": facts.container,
        "tracks": [
            {
                "kind": track.kind,
                "codec": track.codec,
                "rfc6381": track.rfc6381,
                "language": track.language,
                "label": track.label,
                "width": track.width,
                "height": track.height,
                "channels": track.channels,
            }
            for track in facts.tracks
        ],
        "plays": str(plays.way),
        "mime": plays.mime,
        "cannot": list(plays.cannot),
        "picture": "picture.jpg" if side.picture is not None else None,
        "seek": "seek.vtt" if side.board is not None else None,
        "subtitles": [
            {"label": piece.label, "language": piece.language, "url": f"subtitles-{number}.vtt"}
            for number, piece in enumerate(side.of(TEXT))
        ],
    }
    return json.dumps(said).encode("ascii")


def _piece(side: Side, part: str) -> Piece | None:
    if part == "picture.jpg":
        return side.picture
    found = _NUMBERED.fullmatch(part)
    if found is None or (found[1] == "seek") != (found[3] == "jpg"):
        return None
    pieces, number = side.of(SHEET if found[1] == "seek" else TEXT), int(found[2])
    return pieces[number] if number < len(pieces) else None
