"""One port for all protocols, in memory, on a clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.interfaces import IHalfCloseableProtocol
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.plugin import IPlugin
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.interfaces import IStreamProtocol
from p2pstream.limits import LIMITS
from p2pstream.protocols.registry import Registry
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.transport.ports.port import SniffedFactory
from tests import strategies

FEW = replace(LIMITS, connections=6, connections_per_address=2, undecided=4, sniff_bytes=16)


class Spoken(Protocol):
    """What a plugin serves a connection with; keeps what it is told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[Any] = []
        self.content = b""

    def connectionMade(self) -> None:
        """Keep when."""
        self.began = self.transport.reactor.seconds()

    def dataReceived(self, data: bytes) -> None:
        """Keep it."""
        self.content += data

    def readConnectionLost(self) -> None:
        """Keep it."""
        self.told.append("read")

    def writeConnectionLost(self) -> None:
        """Nothing."""

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Keep it."""
        self.told.append(reason.type.__name__)


@implementer(IHalfCloseableProtocol)
class HalfSpoken(Spoken):
    """Knows halves."""


@implementer(IPlugin, IStreamProtocol)
class Plugin:
    """A protocol whose preface is given; without one it is the fallback and wants text."""

    version = "1"

    def __init__(self, name: str, preface: bytes = b"", kind: Any = HalfSpoken) -> None:
        self.name = name
        self.preface = preface
        self.fallback = not preface
        self.served: list[Spoken] = []
        self.asked: list[bytes] = []
        self.factories: list[Factory] = []
        self.kind = kind

    def sniff(self, prefix: bytes) -> Any:
        """By the preface."""
        self.asked.append(prefix)
        if self.fallback:
            return Sniff.NO if b"\xff" in prefix else Sniff.MORE
        if prefix.startswith(self.preface):
            return Sniff.YES
        return Sniff.MORE if self.preface.startswith(prefix) else Sniff.NO

    def server_factory(self, node: Any) -> Any:
        """Makes what is served, and keeps it."""

        def make() -> Spoken:
            self.served.append(self.kind(self.name))
            return self.served[-1]

        self.factories.append(Factory.forProtocol(make))
        self.factories[-1].noisy = False
        return self.factories[-1]

    client_factory = accept = connect = server_factory


class PortTests(SynchronousTestCase):
    """A port that speaks three protocols."""

    def listen(self, plugins: Sequence[Any] | None = None, limits: Any = FEW, **options: Any) -> None:
        """Open the port."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.node = FakeNode(self.clock, limits=limits)
        self.native, self.http = Plugin("native", b"\x89P2PS"), Plugin("http", b"GET /")
        self.bare = Plugin("bare")
        self.factory = SniffedFactory(plugins or [self.bare, self.http, self.native], self.node, **options)
        self.port = self.successResultOf(self.network.server("10.0.0.1", 2050).listen(self.factory))

    setUp = listen

    def dial(self, *sent: bytes, source: str = "10.0.9.1") -> HalfSpoken:
        """A client that has sent that, in so many segments."""
        client = HalfSpoken("client")
        factory = Factory.forProtocol(lambda: client)
        factory.noisy = False
        dialling = self.network.client("10.0.0.1", 2050, source).connect(factory)
        self.clock.advance(0)
        self.successResultOf(dialling)
        self.clock.advance(0)
        for chunk in sent:
            client.transport.write(chunk)
            self.clock.advance(0)
        return client

    def contents(self) -> list[list[bytes]]:
        """What each protocol was told: native, http, bare."""
        return [[one.content for one in plugin.served] for plugin in (self.native, self.http, self.bare)]

    def test_nothing_to_serve(self) -> None:
        """A protocol that serves nothing in this role is not asked, nor named as broken."""
        idle, bare = Plugin("idle", b"\x89P2PS"), Plugin("bare", b"\x89")
        idle.server_factory = lambda node: None  # type: ignore[method-assign]
        self.listen([idle, bare])
        self.dial(b"\x89P2PS")
        self.assertEqual(([one.content for one in bare.served], idle.asked), ([b"\x89P2PS"], []))
        self.assertEqual(self.node.heard.named("plugin_disabled"), [])

    def test_first_bytes_decide(self) -> None:
        """Each connection goes where its first bytes belong, at once, and whole."""
        self.dial(b"\x89P2PS and more")
        self.dial(b"GET / HTTP/1.1\r\n")
        self.dial(b"film.mp4", source="10.0.9.2")
        self.assertEqual(self.contents(), [[b"\x89P2PS and more"], [b"GET / HTTP/1.1\r\n"], [b"film.mp4"]])
        self.assertEqual(self.clock.seconds(), 0)

    @given(strategies.cuts(b"\x89P2PS and much more of the same"))
    def test_cut_anywhere(self, chunks: list[bytes]) -> None:
        """However the preface is cut, the protocol gets every byte once."""
        self.listen()
        self.dial(*chunks)
        self.assertEqual(self.contents(), [[b"".join(chunks)], [], []])

    @given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
    def test_F36_any_bytes(self, chunks: list[bytes]) -> None:
        """Any bytes end in one protocol, whole, or in a reset; within the deadline, and leave nothing."""
        self.listen()
        client = self.dial(*chunks)
        self.clock.advance(FEW.sniff_s)
        served = [content for contents in self.contents() for content in contents]
        self.assertLessEqual(len(served), 1)
        if served:
            self.assertEqual(served[0], b"".join(chunks))
        else:
            self.assertIn("ConnectionLost", client.told)
        client.transport.abortConnection()
        self.clock.advance(0)
        self.assertEqual((self.factory.connections, self.clock.getDelayedCalls()), (0, []))

    def test_quiet_gives_it_to_the_fallback(self) -> None:
        """Bytes that may be a preface, and a pause: the fallback has it; not a moment before."""
        self.dial(b"GET")
        self.clock.advance(FEW.quiet_s - 0.001)
        self.assertEqual(self.contents(), [[], [], []])
        self.clock.advance(0.001)
        self.assertEqual(self.contents(), [[], [], [b"GET"]])

    def test_fin_gives_it_to_the_fallback(self) -> None:
        """Bytes that may be a preface, and a FIN: at once, and the fallback is told of the FIN."""
        for kind in (HalfSpoken, Spoken):
            self.listen()
            self.bare.kind = kind
            client = self.dial(b"GET")
            client.transport.loseWriteConnection()
            self.clock.advance(0)
            self.assertEqual(self.contents()[2], [b"GET"])
            self.assertEqual(self.bare.served[0].told, ["read"] if kind is HalfSpoken else ["ConnectionDone"])

    def test_silence(self) -> None:
        """Who says nothing for long is given to the fallback as one who will say nothing."""
        self.dial()
        self.clock.advance(FEW.silent_s - 0.001)
        self.assertEqual(self.contents(), [[], [], []])
        self.clock.advance(0.001)
        self.assertEqual((self.contents()[2], self.bare.served[0].told), ([b""], ["read"]))

    def test_F39_trickle(self) -> None:
        """The deadline is absolute: bytes that keep coming do not move it."""
        self.listen(limits=replace(FEW, sniff_bytes=10_000))
        self.http.preface = b"G" * 10_000
        client = self.dial(b"G")
        for _ in range(199):
            self.clock.advance(0.05)
            client.transport.write(b"G")
            self.clock.advance(0)
        self.assertEqual(client.told, [])
        self.clock.advance(0.05)
        self.assertEqual(client.told, ["ConnectionLost"])
        self.assertEqual(self.contents(), [[], [], []])
        self.assertIn("within 10 s", self.node.heard.named("connection_dropped")[0]["reason"])

    def test_bounded_prefix(self) -> None:
        """No protocol is shown more than the bound; at the bound nothing more is waited for."""
        self.http.preface = b"G" * 100
        self.dial(b"G" * 15)
        self.assertEqual(self.contents(), [[], [], []])
        self.dial(b"G" * 16)
        self.dial(b"G" * 400, source="10.0.9.2")
        self.assertEqual(self.contents()[2], [b"G" * 16, b"G" * 400])
        self.assertEqual(max(map(len, self.http.asked)), 16)

    def test_nobody_wants_it(self) -> None:
        """What the fallback refuses, too, is reset at once."""
        client = self.dial(b"\xff\xff")
        self.clock.advance(0)
        self.assertEqual((client.told, self.contents()), (["ConnectionLost"], [[], [], []]))

    def test_no_fallback(self) -> None:
        """Without a fallback undecided connections are reset after the pause."""
        self.native = Plugin("native", b"\x89P2PS")
        self.listen(plugins=[self.native])
        client = self.dial(b"\x89P")
        self.clock.advance(FEW.quiet_s)
        self.assertEqual(client.told, ["ConnectionLost"])

    def test_factories(self) -> None:
        """Every plugin's factory is started with the port and stopped with it."""
        factories = [plugin.factories[0] for plugin in (self.native, self.http, self.bare)]
        self.assertEqual([factory.numPorts for factory in factories], [1, 1, 1])
        self.successResultOf(self.port.stopListening())
        self.assertEqual([factory.numPorts for factory in factories], [0, 0, 0])

    def test_stop_cuts_off(self) -> None:
        """When the port closes nobody stays connected, decided or not."""
        clients = [self.dial(b"film"), self.dial(source="10.1.0.1")]
        self.successResultOf(self.port.stopListening())
        self.clock.advance(0)
        self.assertEqual([client.told for client in clients], [["ConnectionLost"]] * 2)
        self.assertEqual((self.factory.connections, self.clock.getDelayedCalls()), (0, []))

    def test_connections_per_address(self) -> None:
        """One address has as many as it may; one more is reset, and that is told."""
        first = self.dial(b"a")
        self.dial(b"b")
        surplus = [self.dial(b"c") for _ in range(3)]
        other = self.dial(b"d", source="10.0.9.2")
        self.assertEqual([client.told for client in surplus], [["ConnectionLost"]] * 3)
        self.assertEqual((first.told, other.told), ([], []))
        told = [fields["reason"] for fields in self.node.heard.named("connection_refused")]
        self.assertEqual(told, ["it has 2 connections already"] * 3)
        first.transport.loseConnection()
        self.clock.advance(0)
        self.bare.served[0].transport.loseConnection()
        self.clock.advance(0)
        self.assertEqual(self.dial(b"f").told, [])

    def test_connections_in_all(self) -> None:
        """As many as there may be and not one more; who leaves makes room, whoever had him."""
        clients = [self.dial(b"film", source=f"10.{number}.0.1") for number in range(6)]
        self.assertEqual(self.dial(b"film", source="10.9.0.1").told, ["ConnectionLost"])
        clients[2].transport.abortConnection()
        self.clock.advance(0)
        self.assertEqual(self.dial(b"film", source="10.9.0.1").told, [])
        self.assertEqual(self.factory.connections, 6)

    def test_undecided(self) -> None:
        """When too many say nothing, the oldest of the fullest network goes, never the newcomer."""
        honest = self.dial(source="10.5.5.5")
        silent = [self.dial(source=f"10.0.9.{number}") for number in range(3)]
        newcomer = self.dial(b"film", source="10.0.9.77")
        self.assertEqual(
            [client.told for client in (honest, *silent, newcomer)], [[], ["ConnectionLost"], [], [], []]
        )
        self.assertEqual(self.contents()[2], [b"film"])

    def test_loopback(self) -> None:
        """Loopback has no limit of its own unless asked for."""
        told = [self.dial(b"x", source="127.0.0.1").told for _ in range(4)]
        self.assertEqual(told, [[]] * 4)
        self.listen(cap_loopback=True)
        told = [self.dial(b"x", source="127.0.0.1").told for _ in range(3)]
        self.assertEqual(told, [[], [], ["ConnectionLost"]])

    def test_a_plugin_that_raises(self) -> None:
        """It is named once and left out; the others go on, also with this connection."""
        for attribute in ("sniff", "server_factory"):
            for wrapped in (False, True):
                self.listen()
                self.http.__dict__[attribute] = lambda _: 1 / 0
                plugins: Any = [self.http, self.native, self.bare]
                if wrapped:
                    registry = Registry(self.node.events)
                    for plugin in plugins:
                        registry._take(plugin)
                    plugins = registry.protocols
                self.factory = SniffedFactory(plugins, self.node)
                self.network.leave(("10.0.0.1", 2050))
                self.successResultOf(self.network.server("10.0.0.1", 2050).listen(self.factory))
                self.dial(b"\x89P2PS")
                self.dial(b"film")
                self.assertEqual(self.contents(), [[b"\x89P2PS"], [], [b"film"]])
                self.assertEqual(
                    [one["plugin"] for one in self.node.heard.named("plugin_disabled")], ["http"]
                )

    def test_a_connection_that_fails(self) -> None:
        """A protocol that raises at the start of a connection costs that connection only."""

        class Bad(Spoken):
            def dataReceived(self, data: bytes) -> None:
                raise ZeroDivisionError(data)

        self.http.kind = Bad
        client = self.dial(b"GET / ")
        self.clock.advance(0)
        self.assertEqual(client.told, ["ConnectionLost"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.dial(b"film")
        self.assertEqual(self.contents()[2], [b"film"])

    def test_no_protocol_for_it(self) -> None:
        """A factory that makes none, or breaks, has the connection reset."""
        self.http.factories[0].buildProtocol = lambda addr: None  # type: ignore[method-assign, assignment, return-value]
        self.assertEqual(self.dial(b"GET / ").told, ["ConnectionLost"])
        self.http.factories[0].buildProtocol = lambda addr: 1 / 0  # type: ignore[method-assign, assignment, return-value]
        self.assertEqual(self.dial(b"GET / ").told, ["ConnectionLost"])
        self.assertEqual(len(self.node.heard.named("plugin_disabled")), 1)
