"""Status and headers, by what is asked and what is there."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.http.replies import TO_THE_END, Conditions, Reply, Target, reply

FILM = Target("film.mp4", 1000, "v1")


def answered(found: Target = FILM, **asked: bytes) -> Reply:
    """The reply to these headers."""
    return reply(Conditions(**asked), found)


class ReplyTests(SynchronousTestCase):
    def test_whole(self) -> None:
        """Without a range all of it."""
        got = answered()
        self.assertEqual((got.status, got.body), (200, ((0, 1000),)))
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
        self.assertEqual((got.status, got.body), (206, ((10, 20),)))
        self.assertEqual(got.headers[b"Content-Range"], b"bytes 10-19/1000")
        self.assertEqual(got.headers[b"Content-Length"], b"10")

    def test_the_whole_as_a_part(self) -> None:
        """Players ask so to learn whether ranges are understood."""
        self.assertEqual(answered(range=b"bytes=0-").status, 206)

    def test_no_such_part(self) -> None:
        """The length is told, and nothing sent."""
        got = answered(range=b"bytes=1000-")
        self.assertEqual((got.status, got.body), (416, ()))
        self.assertEqual(got.headers[b"Content-Range"], b"bytes */1000")
        self.assertEqual(got.headers[b"Content-Length"], b"0")

    def test_if_range(self) -> None:
        """A part only of what the client has the rest of; a weak tag or a date is not enough."""
        self.assertEqual(answered(range=b"bytes=10-", if_range=b'"v1"').status, 206)
        for tag in (b'"v2"', b'W/"v1"', b"v1", b"", b"Wed, 25 Nov 2026 16:40:20 GMT"):
            got = answered(range=b"bytes=10-", if_range=tag)
            self.assertEqual((got.status, got.body), (200, ((0, 1000),)), tag)

    def test_if_none_match(self) -> None:
        """What the client has is not sent again; that goes before ranges."""
        for tags in (b'"v1"', b'W/"v1"', b'"x", "v1"', b"*", b' "v1" '):
            got = answered(if_none_match=tags, range=b"bytes=10-")
            self.assertEqual((got.status, got.body), (304, ()), tags)
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
        self.assertEqual((got.status, got.body, got.headers[b"Accept-Ranges"]), (200, ((0, 1000),), b"none"))

    def test_empty(self) -> None:
        """Nothing is whole."""
        empty = Target("film.mp4", 0)
        for asked in ({}, {"range": b"bytes=0-"}, {"range": b"bytes=-1"}):
            got = answered(empty, **asked)
            self.assertEqual((got.status, got.body, got.headers[b"Content-Length"]), (200, ((0, 0),), b"0"))

    def test_no_length_yet(self) -> None:
        """What nobody knows the end of is sent from the start; ranges are of something that has one."""
        for asked in ({}, {"range": b"bytes=5-"}, {"if_none_match": b'"v2"'}):
            got = answered(Target("film.ts", None, "v1"), **asked)
            self.assertEqual((got.status, got.body), (200, (TO_THE_END,)))
            self.assertEqual(got.headers[b"Accept-Ranges"], b"none")
            self.assertNotIn(b"Content-Length", got.headers)


class PartsTests(SynchronousTestCase):
    def test_several(self) -> None:
        """Each with its place and its type, between boundaries; the length is that of all of it."""
        got = reply(Conditions(b"bytes=0-9,990-,500-"), FILM, b"b0")
        self.assertEqual(got.status, 416)
        got = reply(Conditions(b"bytes=0-9,500-509,-1"), FILM, b"b0")
        self.assertEqual((got.status, got.spans), (206, ((0, 10), (500, 510), (999, 1000))))
        self.assertEqual(got.headers[b"Content-Type"], b"multipart/byteranges; boundary=b0")
        self.assertNotIn(b"Content-Range", got.headers)
        film = bytes(range(250)) * 4
        body = b"".join(each if isinstance(each, bytes) else film[slice(*each)] for each in got.body)
        self.assertEqual(int(got.headers[b"Content-Length"]), len(body))
        whole = b"Content-Type: multipart/byteranges; boundary=b0\r\n\r\n" + body
        parts = BytesParser(policy=HTTP).parsebytes(whole).get_payload()
        self.assertEqual([part["Content-Range"] for part in parts], [
            "bytes 0-9/1000", "bytes 500-509/1000", "bytes 999-999/1000",
        ])  # fmt: skip
        self.assertEqual({part.get_content_type() for part in parts}, {"video/mp4"})
        for part, span in zip(body.split(b"--b0")[1:], got.spans, strict=False):
            self.assertEqual(part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n"), film[slice(*span)])

    def test_one_that_exists(self) -> None:
        """What is left of several is sent as one that was asked for alone."""
        got = answered(range=b"bytes=5-9,2000-")
        self.assertEqual((got.status, got.body), (206, ((5, 10),)))
        self.assertEqual(got.headers[b"Content-Range"], b"bytes 5-9/1000")
