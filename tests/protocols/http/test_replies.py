"""Status and headers, by what is asked and what is there."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.http.replies import Conditions, Reply, Target, reply

FILM = Target("film.mp4", 1000, "v1")


def answered(found: Target = FILM, **asked: bytes) -> Reply:
    """The reply to these headers."""
    return reply(Conditions(**asked), found)


class ReplyTests(SynchronousTestCase):
    def test_whole(self) -> None:
        """Without a range all of it."""
        got = answered()
        self.assertEqual((got.status, got.start, got.stop), (200, 0, 1000))
        self.assertEqual(
            got.headers,
            {
                b"Accept-Ranges": b"bytes",
                b"ETag": b'"v1"',
                b"Content-Type": b"video/mp4",
                b"Content-Disposition": b'inline; filename="film.mp4"',
                b"Content-Length": b"1000",
            },
        )

    def test_part(self) -> None:
        """The part, and what it is a part of."""
        got = answered(range=b"bytes=10-19")
        self.assertEqual((got.status, got.start, got.stop), (206, 10, 20))
        self.assertEqual(got.headers[b"Content-Range"], b"bytes 10-19/1000")
        self.assertEqual(got.headers[b"Content-Length"], b"10")

    def test_the_whole_as_a_part(self) -> None:
        """Players ask so to learn whether ranges are understood."""
        self.assertEqual(answered(range=b"bytes=0-").status, 206)

    def test_no_such_part(self) -> None:
        """The length is told, and nothing sent."""
        got = answered(range=b"bytes=1000-")
        self.assertEqual((got.status, got.start, got.stop), (416, 0, 0))
        self.assertEqual(got.headers[b"Content-Range"], b"bytes */1000")
        self.assertEqual(got.headers[b"Content-Length"], b"0")

    def test_if_range(self) -> None:
        """A part only of what the client has the rest of; a weak tag or a date is not enough."""
        self.assertEqual(answered(range=b"bytes=10-", if_range=b'"v1"').status, 206)
        for tag in (b'"v2"', b'W/"v1"', b"v1", b"", b"Wed, 25 Nov 2026 16:40:20 GMT"):
            got = answered(range=b"bytes=10-", if_range=tag)
            self.assertEqual((got.status, got.start, got.stop), (200, 0, 1000), tag)

    def test_if_none_match(self) -> None:
        """What the client has is not sent again; that goes before ranges."""
        for tags in (b'"v1"', b'W/"v1"', b'"x", "v1"', b"*", b' "v1" '):
            got = answered(if_none_match=tags, range=b"bytes=10-")
            self.assertEqual((got.status, got.stop), (304, 0), tags)
            self.assertEqual(got.headers[b"ETag"], b'"v1"')
        for tags in (b'"v2"', b"v1", b"", b'"*"'):
            self.assertEqual(answered(if_none_match=tags).status, 200, tags)

    def test_without_a_version(self) -> None:
        """No tag is told, none matches, and only what does not ask for one gets a part."""
        unknown = Target("film.mp4", 1000)
        self.assertNotIn(b"ETag", answered(unknown).headers)
        self.assertEqual(answered(unknown, if_none_match=b"*").status, 200)
        self.assertEqual(answered(unknown, range=b"bytes=1-", if_range=b"").status, 200)
        self.assertEqual(answered(unknown, range=b"bytes=1-").status, 206)

    def test_without_seeking(self) -> None:
        """What cannot be sought in is sent from the start."""
        got = answered(Target("film.mp4", 1000, seekable=False), range=b"bytes=1-")
        self.assertEqual((got.status, got.start, got.headers[b"Accept-Ranges"]), (200, 0, b"none"))

    def test_empty(self) -> None:
        """Nothing is whole."""
        empty = Target("film.mp4", 0)
        self.assertEqual((answered(empty).status, answered(empty).stop), (200, 0))
        self.assertEqual(answered(empty, range=b"bytes=0-").status, 416)
        self.assertEqual(answered(empty, range=b"bytes=-1").status, 200)
