"""What the pages are made with: a style sheet, pictures, scripts, as they ship in the package.

Each is served under an address that has the hash of all of them in it, so that a browser
asks for it once, and never has an old one beside a new page.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from p2pstream.interfaces import IWebRequest
from p2pstream.limits import LIMITS
from p2pstream.web.resource import WebResource

__all__ = ["Assets", "AssetsResource"]

_KINDS = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "mjs": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
#: Seconds; a year is the longest that anybody honours.
_FOREVER = b"public, max-age=31536000, immutable"
#: Bytes of one that may wait for a slow client.
_AT_ONCE = LIMITS.http_step_bytes


class Assets:
    """All of them, read once, when a program puts its parts together."""

    def __init__(self) -> None:
        #: What was made here, and what others made, which is much larger, and asked for where it is needed.
        self.bodies, self.foreign = _read("static"), _read("foreign")
        each = [*self.bodies.items(), *self.foreign.items()]
        text = b"\0".join(name.encode() + b"\0" + body for name, body in each)
        #: Changes when one of them does.
        self.version = sha256(text).hexdigest()[:16]

    def where(self, name: str) -> str:
        """The path of one.

        :raises KeyError: there is none of that name.
        """
        if name not in self.bodies:
            raise KeyError(name)
        return f"/assets/{self.version}/{name}"


class AssetsResource(WebResource):
    """``/assets/VERSION/NAME``."""

    def __init__(self, assets: Assets) -> None:
        super().__init__()
        self.putChild(assets.version.encode("ascii"), version := WebResource())
        for name, body in (*assets.bodies.items(), *assets.foreign.items()):
            version.putChild(name.encode("ascii"), _Asset(name, body))


class _Asset(WebResource):
    def __init__(self, name: str, body: bytes) -> None:
        super().__init__()
        self._kind = _KINDS[name.rpartition(".")[2]]
        self._body = body

    async def answer(self, request: IWebRequest) -> None:
        """A long one goes in pieces, as its reader takes them."""
        request.setHeader(b"Cache-Control", _FOREVER)
        if len(self._body) <= _AT_ONCE:
            await request.show(self._body, self._kind)
            return
        request.setHeader(b"Content-Type", self._kind)
        request.setHeader(b"Content-Length", b"%d" % len(self._body))
        for start in range(0, len(self._body), _AT_ONCE):
            await request.push(self._body[start : start + _AT_ONCE])
        await request.conclude()


def _read(folder: str) -> dict[str, bytes]:
    found = sorted((files("p2pstream.web") / folder).iterdir(), key=lambda each: each.name)
    return {each.name: each.read_bytes() for each in found if each.name.rpartition(".")[2] in _KINDS}
