"""What only sockets and other people's clients can show of HTTP."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from p2pstream.data.workers import ThreadWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.node import PeerNode
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.protocols.http.plugin import protocol as http
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.web.streams import shared_streams

reactor: Any = global_reactor
FILM = Random(5).randbytes(5_000_000)


class PeerCase(TestCase):
    """A peer with one film in a real folder, on a port of loopback's."""

    timeout = 60

    async def start(self, limits: Limits = LIMITS) -> None:
        """Share, and listen."""
        folder = Path(self.mktemp()).resolve()
        folder.mkdir(parents=True)
        (folder / "film.mp4").write_bytes(FILM)
        self.events, workers = HeardEvents(), ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        means = Means(reactor, self.events, workers, Random(0), limits)
        shares = Shares(means, [str(folder)], "you")
        self.addCleanup(shares.stop)
        await shares.start()
        node = PeerNode(means, shares)
        node.resources.update(shared_streams(node))
        port = reactor.listenTCP(0, SniffedFactory([classic, http], node), interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        self.port = int(port.getHost().port)
        self.film = f"http://127.0.0.1:{self.port}/share/film.mp4"


class CurlTests(PeerCase):
    """The client that everybody has."""

    if shutil.which("curl") is None:
        skip = "curl is not installed"

    def curl(self, *arguments: str) -> Deferred[bytes]:
        """What it prints; that it fails is a `CalledProcessError`."""
        command = ["curl", "--silent", "--show-error", "--fail", "--max-time", "30", *arguments]
        return deferToThread(subprocess.check_output, command)

    async def test_whole_and_parts(self) -> None:
        """All of it, one range of each kind, and a download taken up again."""
        await self.start()
        self.assertEqual(await self.curl(self.film), FILM)
        for wanted, part in (
            ("0-0", FILM[:1]), ("1000000-2999999", FILM[1_000_000:3_000_000]), ("-7", FILM[-7:]),
            ("4999999-", FILM[-1:]),
        ):  # fmt: skip
            self.assertEqual(await self.curl("-r", wanted, self.film), part)
        several = await self.curl("-r", "0-99,1000000-1000099,-100", self.film)
        self.assertEqual(several.count(b"Content-Range: bytes "), 3)
        for part in (FILM[:100], FILM[1_000_000:1_000_100], FILM[-100:]):
            self.assertIn(b"\r\n\r\n" + part + b"\r\n--", several)
        half = Path(self.mktemp())
        half.write_bytes(FILM[:2_500_000])
        await self.curl("-C", "-", "-o", str(half), self.film)
        self.assertEqual(half.read_bytes(), FILM)

    async def test_head(self) -> None:
        """What there is, without it."""
        await self.start()
        told = (await self.curl("-I", self.film)).decode().lower().splitlines()
        self.assertEqual(told[0], "http/1.1 200 ok")
        self.assertIn(f"content-length: {len(FILM)}", told)
        self.assertIn("accept-ranges: bytes", told)

    async def test_kept_connections(self) -> None:
        """Several requests take one connection, also behind an error."""
        await self.start()
        connects = await self.curl(
            *("-o", "/dev/null", "-w", "%{num_connects} ", "-r", "0-9"), "--no-fail",
            self.film, "-o", "/dev/null", f"{self.film}.not", "-o", "/dev/null", self.film,
        )  # fmt: skip
        self.assertEqual(connects.split(), [b"1", b"0", b"0"])

    async def test_refusals(self) -> None:
        """What is sent in vain does not keep the answer from arriving."""
        await self.start()
        upload = Path(self.mktemp())
        upload.write_bytes(FILM)
        page = self.film.removesuffix("share/film.mp4")
        for arguments, status in (
            (("--data-binary", f"@{upload}", self.film), b"405"),
            (("-T", str(upload), self.film), b"405"),
            (("-H", "Host: evil.example", self.film), b"421"),
            (("-H", "Origin: http://evil.example", page), b"403"),
        ):
            told = await self.curl("--no-fail", "-o", "/dev/null", "-w", "%{http_code}", *arguments)
            self.assertEqual(told, status, str(arguments))


class SocketTests(PeerCase):
    async def test_requests_ahead(self) -> None:
        """Several at once are answered in turn, though films go past Python and heads do not."""
        await self.start()
        wanted = [(0, 4_999_999), (5, 5), (1_000_000, 3_999_999), (4_999_000, 4_999_999)]
        asked = [
            b"GET /share/film.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\nRange: bytes=%d-%d\r\n\r\n" % each
            for each in wanted
        ]
        asked.append(b"GET /no HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")

        def ask() -> bytes:
            with socket.create_connection(("127.0.0.1", self.port)) as client:
                client.sendall(b"".join(asked))
                with client.makefile("rb") as answers:
                    return answers.read()

        rest = await deferToThread(ask)
        for first, last in wanted:
            head, _, rest = rest.partition(b"\r\n\r\n")
            self.assertTrue(head.startswith(b"HTTP/1.1 206 "), head[:50])
            part, rest = rest[: last + 1 - first], rest[last + 1 - first :]
            self.assertTrue(part == FILM[first : last + 1], (first, last))
        self.assertTrue(rest.startswith(b"HTTP/1.1 404 ") and rest.endswith(b"There is nothing here.\n"))
        (one, *_) = self.events.named("transfer_ended")
        self.assertEqual(one["sent"], len(FILM))

    async def test_F41_never_reads(self) -> None:
        """It is reset when it has not taken a byte for long, and not before."""
        await self.start(replace(LIMITS, stall_s=0.5))
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            client.sendall(b"GET /share/film.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            failed = await self.told("transfer_failed")
            self.assertEqual(failed["reason"], "not a byte moved for 0.5 s")
            self.assertLess(failed["sent"], 4_000_000)

            def drain() -> None:
                while client.recv(65_536):
                    pass

            with self.assertRaises(ConnectionResetError):
                await deferToThread(drain)

    async def told(self, event: str) -> dict[str, Any]:
        """The first event of that name, as soon as there is one."""
        while not self.events.named(event):
            turn: Deferred[None] = Deferred()
            reactor.callLater(0.01, turn.callback, None)
            await turn
        return self.events.named(event)[0]
