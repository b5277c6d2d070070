"""What a node shares: ``/share/NAME`` by its name now, ``/f/KEY/NAME`` by what it is, for ever.

Any player, and the player of any web page, reads both in ranges.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource

from p2pstream.content.admission import Admission
from p2pstream.content.dlna import transfer_headers
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.content.media_types import type_of
from p2pstream.content.names import decode_name
from p2pstream.errors import BadKey, BadName, NotShared
from p2pstream.interfaces import INode, IWebRequest
from p2pstream.web.opening import opened_or_said
from p2pstream.web.resource import Signpost, WebResource

__all__ = ["shared_streams"]

#: What has a key is the same for ever.
_FOR_EVER = b"public, max-age=31536000, immutable"
_NAME_FOLLOWS = (
    "The name of a film follows here, as in /share/film.mp4; what there is stands on the page at /."
)


def shared_streams(node: INode) -> dict[bytes, IResource]:
    """Both, by the first part of the path."""
    return {b"share": StreamFinder(node), b"f": KeyFinder(node)}


class StreamFinder(Signpost):
    """All that is shared; any name is looked for when it is asked for."""

    admission = Admission.PUBLIC

    def __init__(self, node: INode) -> None:
        super().__init__(_NAME_FOLLOWS)
        self._node = node

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name, no longer percent-encoded."""
        return StreamAnswer(self._node, path) if path else Signpost(self.said)


class OpenedAnswer(WebResource):
    """What is opened for one response, and named by the end of the path."""

    def __init__(self, node: INode, path: bytes) -> None:
        super().__init__()
        self._node = node
        self._path = path

    async def answer(self, request: IWebRequest) -> None:
        """Open it, give it, and close it whatever comes of that."""
        node = self._node
        try:
            name = decode_name(self._path)
        except BadName as fault:
            self._misnamed(request, fault)
            await request.say(HTTPStatus.NOT_FOUND, str(fault))
            return
        data = await opened_or_said(request, lambda: self._open(request, name), node.reactor, node.limits)
        if data is None:
            return
        try:
            await self._give(request, name, data)
        finally:
            data.close()

    def _misnamed(self, request: IWebRequest, fault: BadName) -> None:
        """Whoever asked is answered."""

    def _open(self, request: IWebRequest, name: str) -> Deferred[Any]:
        raise NotImplementedError

    async def _give(self, request: IWebRequest, name: str, data: Any) -> None:
        raise NotImplementedError


class StreamAnswer(OpenedAnswer):
    """One stream, shared or not."""

    def _misnamed(self, request: IWebRequest, fault: BadName) -> None:
        self._node.events.happened("name_bad", address=request.address, reason=str(fault))

    def _open(self, request: IWebRequest, name: str) -> Deferred[Any]:
        def unknown(failure: Failure) -> Failure:
            if failure.check(NotShared):
                self._node.events.happened("name_unknown", name=name, address=request.address)
            return failure

        return self._node.open(name).addErrback(unknown)

    async def _give(self, request: IWebRequest, name: str, data: Any) -> None:
        for header, value in _told_screens(request, name).items():
            request.setHeader(header, value)
        await request.serve(name, data)


def _told_screens(request: IWebRequest, name: str) -> dict[bytes, bytes]:
    """What televisions are told beside, where they ask for it."""
    asked, mode = (
        None if value is None else value.decode("latin-1")
        for value in map(request.getHeader, (b"getcontentFeatures.dlna.org", b"transferMode.dlna.org"))
    )
    return transfer_headers(asked, mode, type_of(name))


class KeyFinder(WebResource):
    """All that is here by its key, ``/f/KEY/NAME``: the same address names the same bytes on every peer."""

    admission = Admission.PUBLIC

    def __init__(self, node: INode) -> None:
        super().__init__()
        self._node = node

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a key, no longer percent-encoded."""
        try:
            key = parse_key(path.decode("ascii"))
        except (UnicodeDecodeError, BadKey):
            return WebResource()
        return NameFinder(self._node, key) if isinstance(key, FileKey) else WebResource()


class NameFinder(WebResource):
    """A stream with a key, under whatever name: that says its type, and what it is kept as."""

    def __init__(self, node: INode, key: FileKey) -> None:
        super().__init__()
        self._node = node
        self._key = key

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name, no longer percent-encoded."""
        return KeyAnswer(self._node, self._key, path)


class KeyAnswer(OpenedAnswer):
    """One stream that is here in whole, or not."""

    def __init__(self, node: INode, key: FileKey, path: bytes) -> None:
        super().__init__(node, path)
        self._key = key

    def _open(self, request: IWebRequest, name: str) -> Deferred[Any]:
        return self._node.open_key(self._key)

    async def _give(self, request: IWebRequest, name: str, data: Any) -> None:
        if data.units.covers(0, self._key.units):
            request.setHeader(b"Cache-Control", _FOR_EVER)
            await request.serve(name, data)
        else:
            await request.say(HTTPStatus.NOT_FOUND, "Not all of it is here.")
