"""T21: what passes for a film and leads elsewhere, against the players that are here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from twisted.internet import reactor as global_reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import DatagramProtocol, Factory, Protocol
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import SkipTest, TestCase
from twisted.web.resource import Resource
from twisted.web.server import Site as TwistedSite

from p2pstream.data.workers import ThreadWorkers
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.node import PeerNode
from p2pstream.player.options import PlayerOptions
from p2pstream.player.programs import command_line
from p2pstream.protocols.http.site import Site
from p2pstream.protocols.node import Means
from p2pstream.testing.node import HeardEvents
from p2pstream.web.streams import shared_streams
from tests.disguises import disguised, films_with_links, lists

reactor: Any = global_reactor


class Hanging(Protocol):
    """Hangs up at once."""

    def connectionMade(self) -> None:
        """Twisted: here it is."""
        assert self.transport is not None
        self.transport.loseConnection()


class Bare(Resource):
    """The same bytes, whatever is asked for."""

    isLeaf = True  # noqa: N815

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def render_GET(self, request: Any) -> bytes:  # noqa: N802
        """Twisted: here they are."""
        return self._content


class Canary(Factory, DatagramProtocol):
    """Somebody's address that nobody should be led to."""

    noisy = False

    def __init__(self) -> None:
        self.hits: list[str] = []

    def buildProtocol(self, addr: Any) -> Protocol:
        """Twisted: somebody came."""
        self.hits.append(str(addr))
        return Hanging()

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        """Twisted: somebody sent something."""
        self.hits.append(str(addr))


class DisguisedTests(TestCase):
    timeout = 300

    async def start(self) -> None:
        """A canary, and a peer that shares all that leads there."""
        self.canary = Canary()
        port = reactor.listenTCP(0, self.canary, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        number = port.getHost().port
        self.addCleanup(reactor.listenUDP(number, self.canary, interface="127.0.0.1").stopListening)
        self.lists = dict(lists("127.0.0.1", number))
        self.films = dict(films_with_links("127.0.0.1", number))
        self.assertGreaterEqual(len(disguised("127.0.0.1", number)), 200)
        folder = Path(self.mktemp()).resolve()
        folder.mkdir(parents=True)
        for name, content in disguised("127.0.0.1", number):
            (folder / name).write_bytes(content)
        workers = ThreadWorkers(reactor)
        self.addCleanup(workers.close)
        means = Means(reactor, HeardEvents(), workers, Random(0))
        shares = Shares(means, [str(folder)], "you")
        self.addCleanup(shares.stop)
        await shares.start()
        node = PeerNode(means, shares)
        node.resources.update(shared_streams(node))
        site = reactor.listenTCP(0, Site(node), interface="127.0.0.1")
        self.addCleanup(site.stopListening)
        self.port = site.getHost().port
        #: Where somebody serves a list as it is.
        listing = next(content for name, content in self.lists.items() if name.startswith("pls-plain."))
        bare = reactor.listenTCP(0, TwistedSite(Bare(listing)), interface="127.0.0.1")
        self.addCleanup(bare.stopListening)
        self.bare = f"http://127.0.0.1:{bare.getHost().port}/film.avi"

    def url(self, name: str) -> str:
        """Where it is to be had."""
        return f"http://127.0.0.1:{self.port}/share/{quote(name)}"

    def statuses(self, names: list[str]) -> dict[str, int]:
        """What is answered to each."""
        found: dict[str, int] = {}
        for name in names:
            with socket.create_connection(("127.0.0.1", self.port)) as client:
                path = self.url(name).partition(str(self.port))[2]
                client.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
                )
                found[name] = int(client.recv(4096).split()[1])
        return found

    async def test_F51_lists_are_refused(self) -> None:
        """Each of two hundred lists, in every dress."""
        await self.start()
        told = await deferToThread(self.statuses, list(self.lists))
        self.assertEqual({name for name, status in told.items() if status != 415}, set())

    async def test_F51_ffmpeg(self) -> None:
        """It goes nowhere."""
        for name in await self.some_of("ffprobe"):
            await self.run_player(["ffprobe", "-v", "error", "-show_format", self.url(name)])
        self.assertEqual(self.canary.hits, [])

    async def test_F51_mpv(self) -> None:
        """As it is run by us."""
        names = await self.some_of("mpv")
        quiet = ["--vo=null", "--ao=null", "--really-quiet", "--length=0.2"]
        await self.run_player(command_line("mpv", self.bare, PlayerOptions(), more=quiet))
        self.assert_followed()
        words = command_line("mpv", self.url(names[0]), PlayerOptions(), more=quiet)
        await self.run_player([*words, *map(self.url, names[1:])])
        self.assertEqual(self.canary.hits, [])

    async def test_F51_vlc(self) -> None:
        """As it is run by us."""
        names = await self.some_of("vlc")
        quiet = ["-I", "dummy", "--vout=dummy", "--aout=dummy", "--run-time=1"]
        # It does not run for root.
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if not os.geteuid() else []
        await self.run_player([*nobody, *command_line("vlc", self.bare, PlayerOptions(), more=quiet)])
        self.assert_followed()
        words = command_line("vlc", self.url(names[0]), PlayerOptions(), more=quiet)
        await self.run_player([*nobody, *words, *map(self.url, names[1:])])
        self.assertEqual(self.canary.hits, [])

    def assert_followed(self) -> None:
        """Without us it would have gone there."""
        self.assertTrue(self.canary.hits)
        self.canary.hits.clear()

    async def some_of(self, program: str) -> list[str]:
        """Names, for a player that is here: films with links inside, and some of the lists."""
        if shutil.which(program) is None:
            raise SkipTest(f"{program} is not installed")
        await self.start()
        return [*self.films, *list(self.lists)[::40]]

    def run_player(self, words: list[str]) -> Deferred[Any]:
        """Have it look at them, for as long as it likes, within reason."""
        home = {**os.environ, "HOME": "/nonexistent"}
        return deferToThread(
            lambda: subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=120,
                check=False,
                env=home,
            )
        )
