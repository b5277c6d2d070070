"""Lists of who has a film, for download managers, which take parts from all of them at once (RFC 5854).

``/m/KEY.meta4`` or ``/m/NAME.meta4``: the addresses on it are those of ``/f/KEY/NAME``, where
the same bytes are under the same tag, whoever sends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from twisted.web.resource import Resource

from p2pstream.content.admission import Admission
from p2pstream.content.keys import KEY_SCHEME, FileKey, Key, parse_key
from p2pstream.content.namespaces import decode_full_name, split_name
from p2pstream.content.shown import ShownPeer
from p2pstream.errors import BadKey, BadName
from p2pstream.interfaces import ICentralView, IWebRequest
from p2pstream.web.resource import WebResource, asker

__all__ = ["Metalinks", "metalink"]

_ENDING = ".meta4"
_KIND = b"application/metalink4+xml"


def metalink(name: str, key: FileKey, peers: Sequence[ShownPeer]) -> bytes:
    """The list of those who have all of a film and serve it over HTTP, best first."""
    able = [peer.address for peer in peers if peer.http and peer.seed]
    urls = (f"http://{address}/f/{quote(key.text, safe='')}/{quote(name, safe='')}" for address in able)
    lines = (f'    <url priority="{place}">{escape(url)}</url>\n' for place, url in enumerate(urls, 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n'
        f"  <file name={quoteattr(name)}>\n"
        f"    <identity>{escape(key.text)}</identity>\n"
        f"    <size>{key.length}</size>\n"
        f"{''.join(lines)}"
        "  </file>\n"
        "</metalink>\n"
    ).encode()


class Metalinks(WebResource):
    """All films that a central lists."""

    admission = Admission.PUBLIC

    def __init__(self, view: ICentralView) -> None:
        super().__init__()
        self._view = view

    def getChild(self, path: bytes, request: IWebRequest) -> Resource:
        """Twisted: a name or a key, no longer percent-encoded, and what all end in."""
        return MetalinkAnswer(self._view, path)


class MetalinkAnswer(WebResource):
    """One film."""

    def __init__(self, view: ICentralView, path: bytes) -> None:
        super().__init__()
        self._view = view
        self._path = path

    async def answer(self, request: IWebRequest) -> None:
        """Who has it, as far as whoever asks may be told."""
        try:
            found = await self._found(request)
        except (BadKey, BadName) as fault:
            await request.say(HTTPStatus.NOT_FOUND, str(fault))
            return
        if found is None:
            await request.say(HTTPStatus.NOT_FOUND, "Nobody who serves that over HTTP is listed here.")
        else:
            await request.show(metalink(*found), _KIND)

    async def _found(self, request: IWebRequest) -> tuple[str, FileKey, Sequence[ShownPeer]] | None:
        asked = decode_full_name(self._path)
        if not asked.endswith(_ENDING):
            return None
        name, whose = asked.removesuffix(_ENDING), asker(request)
        key: Key | None
        if name.startswith(KEY_SCHEME):
            key = parse_key(name)
            peers = await self._view.keyed(key, whose) if isinstance(key, FileKey) else ()
            # A colon means something to some systems, and nothing to a reader.
            name = name.replace(":", "-")
        else:
            streams = [each for each in await self._view.named(name, whose) if each.key]
            key = parse_key(streams[0].key) if streams else None
            name, peers = (streams[0].name, streams[0].peers) if streams else (name, ())
        able = any(peer.http and peer.seed for peer in peers)
        return (split_name(name)[1], key, peers) if isinstance(key, FileKey) and able else None
