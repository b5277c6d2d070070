"""Downloads from peers that speak classic: ours, and ancestors, on one clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.wants import Stream
from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.errors import NoSource, PeersDisagree
from p2pstream.interfaces import ISource
from p2pstream.protocols.classic.plugin import protocol
from p2pstream.swarm.download import Download
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import Answering, MemoryEndpoint
from p2pstream.testing.workers import InlineWorkers
from tests.protocols.classic.ancestor import AncestorPeer

FILM = bytes(range(251)) * 4000
OTHER = FILM[:100_000] + b"!" + FILM[100_001:]


class ClassicSwarmTests(SynchronousTestCase):
    """What a viewer gets."""

    def setUp(self) -> None:
        """Nobody yet."""
        self.clock = HeapClock()
        self.node = FakeNode(self.clock)
        self.peers: dict[Address, MemoryEndpoint] = {}

    def peer(self, answer: Callable[[], IProtocol] | None) -> MemoryEndpoint:
        """One more, reached in 10 ms over a wire that holds 50 kB."""
        host = f"127.0.1.{len(self.peers) + 1}"
        endpoint = MemoryEndpoint(self.clock, answer, capacity=50_000, delay=0.01, hosts=("127.0.0.1", host))
        self.peers[Address(host, 2050)] = endpoint
        return endpoint

    def ours(self, content: bytes = FILM) -> MemoryEndpoint:
        """A peer of ours that shares the film."""
        sharing = FakeNode(self.clock, shared={"film": content})
        return self.peer(lambda: Answering(protocol, sharing))

    def ancestor(self, content: bytes | None = FILM) -> MemoryEndpoint:
        """An ancestor with that file in its folder, or without."""
        files = {} if content is None else {b"film": content}
        return self.peer(lambda: AncestorPeer(self.clock, files))

    def start(self) -> None:
        """Ask them all, in their order."""

        def connect(address: Address) -> Deferred[ISource]:
            return protocol.connect(self.peers[address], Stream("film"), self.node)

        self.file = MemoryFile()
        self.data = PartialData(self.file, InlineWorkers())
        events: Any = self.node.events
        self.download = Download("film", self.data, connect, list(self.peers), self.clock, events)
        self.done = self.download.run()

    def assert_whole(self, within: float, content: bytes = FILM) -> None:
        """The film is here, and nobody is left with a timer or a stream."""
        self.clock.advance(within)
        self.successResultOf(self.done)
        self.assertEqual(self.file.pread(0, 2 * len(FILM)), content)
        self.clock.advance(30)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def reset_midway(self, endpoint: MemoryEndpoint, after: float) -> None:
        """The peer dies: so our own end when they are killed."""
        self.clock.advance(after)
        self.assertTrue(0 < self.download.snapshot().sources[0].received < len(FILM))
        endpoint.links[0].server.abortConnection()

    def test_one_of_ours(self) -> None:
        """Without a word about lengths, all of it, and a second faster than an ancestor."""
        self.ours()
        self.start()
        self.assert_whole(within=0.9)

    def test_killed_midway(self) -> None:
        """A peer that is killed is replaced by the next, of either kind."""
        for second in (self.ours, self.ancestor):
            self.setUp()
            first = self.ours()
            second()
            self.start()
            self.reset_midway(first, after=0.1)
            self.assert_whole(within=3)

    def test_ancestor_without_the_file(self) -> None:
        """One that dies of the question is replaced."""
        self.ancestor(None)
        self.ancestor()
        self.start()
        self.assert_whole(within=4)
        self.assertIn("reset", self.node.heard.named("source_lost")[0]["reason"])

    def test_silent_and_unreachable_peers(self) -> None:
        """A peer that never answers costs 3 s, one that refuses nothing."""
        self.peer(Protocol)
        self.peer(None)
        self.ours()
        self.start()
        self.assert_whole(within=4)

    def test_a_peer_is_named_once(self) -> None:
        """Whatever broke, its address stands at the front and nowhere else."""
        first = self.ours()
        self.start()
        self.reset_midway(first, after=0.1)
        self.clock.advance(5)
        said = str(self.failureResultOf(self.done, NoSource).value)
        self.assertEqual(said.count("127.0.1.1:2050"), 1, said)
        self.assertIn("then the connection ended: ", said)

    def test_an_ancestor_killed_midway_looks_whole(self) -> None:
        """Its kernel ends it in good order, and nothing on the wire says otherwise: so it is unverified."""
        self.ancestor(FILM[:300_000])
        self.start()
        self.assert_whole(within=3, content=FILM[:300_000])
        self.assertFalse(self.download.snapshot().verified)

    def test_peers_with_different_films(self) -> None:
        """When the first dies and the second has other bytes, the error names both."""
        first = self.ours()
        self.ours(OTHER)
        self.start()
        self.reset_midway(first, after=0.1)
        self.clock.advance(5)
        said = str(self.failureResultOf(self.done, PeersDisagree).value)
        self.assertIn("127.0.1.2:2050 sent", said)
        self.assertIn("other bytes than 127.0.1.1:2050 from byte 100000 on", said)
