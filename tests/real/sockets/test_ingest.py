"""What FFmpeg's own senders send to a port that takes it in, over real sockets."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from twisted.internet import reactor as real_reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import SkipTest, TestCase

from p2pstream.commands.airing.admittance import Admittance
from p2pstream.commands.airing.port import IngestPort
from p2pstream.settings import LiveSettings
from p2pstream.testing.node import FakeNode
from tests.protocols.mpegts.test_plain import PACKET, SEVEN
from tests.protocols.rtmp import ffmpeg
from tests.transport.test_publishing import Taken

reactor: Any = real_reactor


class SenderTests(TestCase):
    """On loopback."""

    timeout = 60

    def setUp(self) -> None:
        """A port whose key is “secret”, for films and for packets."""
        self.still = AsyncExitStack()
        self.film, self.packets = Taken(), Taken()
        node: Any = FakeNode(reactor)
        settings = replace(LiveSettings(), listen=True, listen_port=0)
        admittance = Admittance("secret", None)
        port = IngestPort(
            node, settings, admittance, "show", lambda address: self.film, lambda address: self.packets
        )
        port.open(self.still, node.events)
        told = node.events.named("live_plain")[0]["address"]
        self.number = int(told.rpartition(":")[2])

    def tearDown(self) -> Deferred[None]:
        """Nothing listens any more."""
        return Deferred.fromCoroutine(self.still.aclose())

    async def sends(self, scheme: str, *more: str) -> None:
        """FFmpeg publishes a second of pictures, and says nothing of trouble."""
        if find_spec("av") is None:
            raise SkipTest("FFmpeg comes with PyAV: pip install av")
        command = [ffmpeg.__file__, f"{scheme}://127.0.0.1:{self.number}/live/secret", *more]
        said, _, code = await getProcessOutputAndValue(sys.executable, command, os.environ)
        self.assertEqual((said, code), (b"", 0))

    async def test_rtmp(self) -> None:
        """All of its pictures arrive, and can be read."""
        await self.sends("rtmp")
        self.assertEqual(self.film.ended, "finished")
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(bytes(self.film.collected))
        import av

        with av.open(path, format="flv") as film:
            self.assertEqual(sum(1 for _ in film.decode(video=0)), 25)

    async def test_put(self) -> None:
        """Its PUT comes in chunks, and is packets again."""
        await self.sends("http", "mpegts")
        self.assertEqual(self.packets.ended, "finished")
        content = bytes(self.packets.collected)
        self.assertEqual((content[:1], len(content) % 188, len(content) > 25 * 188), (b"\x47", 0, True))

    async def test_datagrams(self) -> None:
        """Come in on the same number."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
            for datagram in (SEVEN, PACKET):
                sending.sendto(datagram, ("127.0.0.1", self.number))
            while len(self.packets.collected) < 8 * 188:
                await deferLater(reactor, 0.005)
        self.assertEqual(bytes(self.packets.collected), SEVEN + PACKET)
