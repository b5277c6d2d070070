"""Who may ask."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.http.fence import (
    judge,
    names_us,
    split_target,
)
from tests import strategies as profile  # noqa: F401

OWN = {"den", "den.local"}


def judged(version: bytes = b"HTTP/1.1", target: bytes = b"/", **headers: Any) -> int:
    """The verdict on a request with these headers, one or a list each."""

    def values(name: bytes) -> Sequence[bytes]:
        found = headers.get(name.decode().replace("-", "_"), [])
        return [found] if isinstance(found, bytes) else list(found)

    return judge(version, split_target(target)[0], values, OWN)


class HostTests(SynchronousTestCase):
    def test_F52_ours(self) -> None:
        """Addresses in their usual form, localhost, and what this machine is called."""
        for host in (
            b"127.0.0.1", b"192.168.1.7:2050", b"[::1]", b"[::1]:2050", b"[fe80::1]:80", b"localhost",
            b"LOCALHOST:2050", b"den", b"Den:2050", b"den.local", b"10.0.0.1:1", b"10.0.0.1:65535",
        ):  # fmt: skip
            self.assertTrue(names_us(host, OWN), host)

    def test_F52_not_ours(self) -> None:
        """Whatever a stranger's name server could answer for, and addresses in disguise."""
        for host in (
            b"", b"evil.example", b"localhost.", b"den.", b"den.example", b"127.0.0.1.evil.example",
            b"0.0.0.0", b"0.0.0.0:2050", b"[::]", b"2130706433", b"0x7f000001", b"127.1", b"0177.0.0.1",
            b"127.0.0.1.", b"127.0.0.1:", b"127.0.0.1:0", b"127.0.0.1:65536", b"127.0.0.1:abc",
            b"127.0.0.1:1:1", b"::1", b"[fe80::1%25eth0]", b"[127.0.0.1]", b"224.0.0.1", b"[ff02::1]",
            b"user@127.0.0.1", b"127.0.0.1,evil", b"127.0.0.1 ", b" 127.0.0.1", b"127.0.0.1/",
            b"localhost\n", "１２７.0.0.1".encode(), b"\xff",
        ):  # fmt: skip
            self.assertFalse(names_us(host, OWN), host)

    @given(st.binary(max_size=40))
    def test_any_bytes(self, host: bytes) -> None:
        """Nothing is raised."""
        names_us(host, OWN)


class JudgeTests(SynchronousTestCase):
    def test_F52_host_headers(self) -> None:
        """One, and ours; a target with an authority must say so, too."""
        ours = b"127.0.0.1:2050"
        self.assertEqual(judged(host=ours), 0)
        self.assertEqual(judged(b"HTTP/1.0", host=ours), 0)
        self.assertEqual(judged(target=b"http://den/x", host=ours), 0)
        self.assertEqual(judged(b"HTTP/1.0", target=b"http://den/x"), 0)
        self.assertEqual(judged(), HTTPStatus.BAD_REQUEST)
        self.assertEqual(judged(b"HTTP/1.0"), HTTPStatus.MISDIRECTED_REQUEST)
        self.assertEqual(judged(host=[ours, ours]), HTTPStatus.BAD_REQUEST)
        self.assertEqual(judged(host=[b"evil.example", ours]), HTTPStatus.BAD_REQUEST)
        self.assertEqual(judged(host=b"evil.example"), HTTPStatus.MISDIRECTED_REQUEST)
        self.assertEqual(judged(target=b"http://evil.example/", host=ours), HTTPStatus.MISDIRECTED_REQUEST)
        self.assertEqual(judged(target=b"https://den/", host=b"evil.example"), HTTPStatus.MISDIRECTED_REQUEST)
        self.assertEqual(judged(target=b"http:///", host=ours), HTTPStatus.MISDIRECTED_REQUEST)

    def test_F52_origins(self) -> None:
        """A page of ours may ask; one of anybody else's may not, whatever it does."""
        ours = b"10.0.0.7:2050"
        for origin in (b"http://10.0.0.7:2050", b"https://10.0.0.7:2050", b"HTTP://10.0.0.7:2050"):
            self.assertEqual(judged(host=ours, origin=origin), 0, origin)
        for origin in (b"null", b"", b"http://10.0.0.7", b"http://evil.example", b"ftp://10.0.0.7:2050"):
            self.assertEqual(judged(host=ours, origin=origin), HTTPStatus.FORBIDDEN, origin)
        both = [b"http://10.0.0.7:2050", b"http://evil.example"]
        self.assertEqual(judged(host=ours, origin=both), HTTPStatus.FORBIDDEN)

    def test_F52_fetch_metadata(self) -> None:
        """A person may follow a link from anywhere; a page from elsewhere may not use or frame us."""
        for site in (b"same-origin", b"none"):
            self.assertEqual(judged(host=b"den", sec_fetch_site=site, sec_fetch_mode=b"no-cors"), 0)
        for site in (b"cross-site", b"same-site", b"anything"):
            came: dict[str, bytes] = {"host": b"den", "sec_fetch_site": site}
            followed = judged(**came, sec_fetch_mode=b"navigate", sec_fetch_dest=b"document")
            self.assertEqual(followed, 0)
            for mode, kind in (
                (b"navigate", b"iframe"), (b"navigate", b"embed"), (b"no-cors", b"video"), (b"no-cors",
                b"image"), (b"cors", b"empty"), (b"websocket", b"websocket"),
            ):  # fmt: skip
                self.assertEqual(
                    judged(**came, sec_fetch_mode=mode, sec_fetch_dest=kind), HTTPStatus.FORBIDDEN, kind
                )
            self.assertEqual(judged(**came), HTTPStatus.FORBIDDEN)


class TargetTests(SynchronousTestCase):
    def test_split(self) -> None:
        """The authority goes, the path and the query stay."""
        for target, parts in {
            b"/a/b?c": (None, b"/a/b?c"),
            b"http://den/a?b": (b"den", b"/a?b"),
            b"https://den:1": (b"den:1", b"/"),
            b"http://den?x": (b"den", b"/?x"),
            b"http://den#x": (b"den", b"/#x"),
            b"*": (None, b"*"),
            b"//evil/x": (None, b"//evil/x"),
        }.items():
            self.assertEqual(split_target(target), parts)
