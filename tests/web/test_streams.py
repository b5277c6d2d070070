"""Streams by their keys."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import directlyProvides

from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.content.ranges import Ranges
from p2pstream.data.memory import BufferData
from p2pstream.interfaces import IStream
from p2pstream.testing.proofs.proven import ProvenFilm, proven_film
from tests.protocols.http.browser import SiteCase, request

FILM = proven_film(200_000)


class PartlyHere(BufferData):
    """A stream of which so many units are here."""

    def __init__(self, film: ProvenFilm, units: int) -> None:
        super().__init__(film.content)
        self.key, self.units = film.key, Ranges([(0, units)])
        self.closed = 0

    def close(self) -> None:
        """Given back."""
        self.closed += 1


def target(key: Any, name: bytes = b"film.mp4") -> bytes:
    """Where it is found."""
    return b"/f/" + key.text.encode() + b"/" + name


class KeyTests(SiteCase):
    def share(self, units: int = FILM.key.units) -> PartlyHere:
        """Have it here."""
        stream = PartlyHere(FILM, units)
        directlyProvides(stream, IStream)
        self.serve(streams={FILM.key: stream})  # type: ignore[dict-item]
        return stream

    def test_whole(self) -> None:
        """The name says the type, the key the tag, and it may be kept for ever, by any page."""
        stream = self.share()
        got = self.get(target(FILM.key, b"Gr%C3%BCn.mkv"))
        self.assertEqual((got.status, got.body), (200, FILM.content))
        self.assertEqual(got.headers["content-type"], "video/x-matroska")
        self.assertEqual(got.headers["etag"], f'"{FILM.key.text}"')
        self.assertEqual(got.headers["cache-control"], "public, max-age=31536000, immutable")
        self.assertEqual(got.headers["access-control-allow-origin"], "*")
        self.assertEqual(stream.closed, 1)
        escaped = target(FILM.key).replace(b":", b"%3A")
        self.assertEqual(self.get(escaped, Range=b"bytes=-5").body, FILM.content[-5:])

    def test_parts_from_several(self) -> None:
        """What one peer gave fits what another gives: their tags are the same."""
        self.share()
        tag = self.get(target(FILM.key)).headers["etag"].encode()
        self.share()
        got = self.get(target(FILM.key), If_Range=tag, Range=b"bytes=1-2")
        self.assertEqual((got.status, got.body), (206, FILM.content[1:3]))

    def test_not_all_of_it(self) -> None:
        """What is not here in whole is not here; no hole is ever sent."""
        stream = self.share(FILM.key.units - 1)
        got = self.get(target(FILM.key))
        self.assertEqual((got.status, stream.closed), (404, 1))
        self.assertEqual(got.headers["cache-control"], "no-cache")

    def test_no_such_thing(self) -> None:
        """Other keys, those of live streams, what is none, and names that cannot be."""
        self.share()
        for asked in (
            target(FileKey(bytes(31) + b"x", 5)), target(LiveKey(bytes(31) + b"\x02")), b"/f", b"/f/x",
            b"/f/p2ps:f-x/film.mp4", b"/f/%FF/film.mp4", target(FILM.key, b""), target(FILM.key, b"%2e%2e"),
            target(FILM.key, b"a%2Fb"), target(FILM.key, b"film.mp4/x"), b"/f/" + FILM.key.text.encode(),
        ):  # fmt: skip
            self.assertEqual(self.get(asked).status, 404, asked)

    def test_takes_long(self) -> None:
        """Not for ever."""
        self.share()
        self.node.open_key = lambda _: Deferred()  # type: ignore[method-assign]
        browser = self.ask(request(target(FILM.key)))
        self.clock.advance(self.node.limits.stall_s)
        self.assertTrue(browser.lost or browser.responses())
        self.clock.advance(self.node.limits.http_rest_s)
        self.assert_clean()
