"""Links that are worked out: what a pair of protocols sees of them."""

from __future__ import annotations

from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.error import ConnectionLost, ConnectionRefusedError, TimeoutError
from twisted.internet.interfaces import IReactorTCP, IReactorTime
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.testing.sim.network import SimNetwork
from p2pstream.testing.sim.reactor import SimReactor
from p2pstream.testing.sim.ways import Access


class Ear(Protocol):
    """Hears when how much comes, and why it ends."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, int]] = []
        self.why: Failure | None = None

    @property
    def count(self) -> int:
        """How much came."""
        return sum(count for _, count in self.heard)

    def dataReceived(self, data: bytes) -> None:
        """Twisted: so much came."""
        self.heard.append((self.transport.reactor.seconds(), len(data)))  # type: ignore[union-attr]

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Twisted: it ended."""
        self.why = reason


class NetworkTests(SynchronousTestCase):
    """A host with 100 kB/s both ways and 10 ms, and one without bounds."""

    def setUp(self) -> None:
        """Both, and somebody who listens on the second."""
        self.network = SimNetwork(1)
        self.slow = self.network.host("slow", Access.of(100_000, 100_000, 0.010))
        self.fast = self.network.host("fast")
        self.ears: list[Ear] = []
        SimReactor(self.fast).listenTCP(2045, Factory.forProtocol(self.ear))

    def ear(self) -> Ear:
        """A new one."""
        self.ears.append(Ear())
        return self.ears[-1]

    def connect(self) -> tuple[Ear, Ear]:
        """A connection: its client, on the slow host, and its server."""
        client = self.dial().result
        return client, self.ears[-1]

    def dial(self, port: int = 2045, timeout: float = 5.0):  # type: ignore[no-untyped-def]
        """Dial, and wait for a second."""
        endpoint = TCP4ClientEndpoint(SimReactor(self.slow), self.fast.ip, port, timeout)
        dialling = endpoint.connect(Factory.forProtocol(Ear))
        self.network.clock.advance(1.0)
        return dialling

    def test_reactor(self) -> None:
        """It has all that those interfaces promise."""
        self.assertTrue(verifyObject(IReactorTime, SimReactor(self.slow)))
        self.assertTrue(verifyObject(IReactorTCP, SimReactor(self.slow)))

    def test_rate(self) -> None:
        """What leaves takes as long as its rate says, and the delay."""
        client, server = self.connect()
        client.transport.write(bytes(50_000))
        self.network.clock.advance(0.45)
        self.assertLess(server.count, 50_000)
        self.network.clock.advance(0.07)
        self.assertEqual(server.count, 50_000)

    def test_shared(self) -> None:
        """Two connections have half of it each."""
        (one, first), (other, second) = self.connect(), self.connect()
        for client in (one, other):
            client.transport.write(bytes(90_000))
        self.network.clock.advance(1.01)
        self.assertLessEqual(abs(first.count - second.count), 20_000)
        self.assertLessEqual(abs(first.count + second.count - 100_000), 20_000)

    def test_filled(self) -> None:
        """Many who are slow, and one who is not, fill the way to who listens, and all have some of it."""
        listener = self.network.host("listener", Access.of(350_000, 350_000, 0.010))
        SimReactor(listener).listenTCP(2045, Factory.forProtocol(self.ear))
        for rate in (300_000, *[60_000] * 9):
            reactor = SimReactor(self.network.host(f"of {rate}", Access.of(rate, rate, 0.010)))
            endpoint = TCP4ClientEndpoint(reactor, listener.ip, 2045)
            endpoint.connect(Factory.forProtocol(Ear)).addCallback(
                lambda client: client.transport.write(bytes(3_000_000))
            )
        self.network.clock.advance(10.0)
        had = [ear.count for ear in self.ears]
        self.assertGreaterEqual(sum(had), 0.97 * 3_500_000)
        self.assertGreaterEqual(min(had), 200_000)

    def test_small_first(self) -> None:
        """A request does not wait behind a film."""
        (film, _), (request, heard) = self.connect(), self.connect()
        film.transport.write(bytes(1_000_000))
        self.network.clock.advance(0.5)
        request.transport.write(bytes(100))
        self.network.clock.advance(0.2)
        self.assertEqual(heard.count, 100)

    def test_cut(self) -> None:
        """Nothing comes while the way is cut, and all of it soon after."""
        client, server = self.connect()
        self.network.cut(self.slow, self.fast)
        client.transport.write(bytes(1000))
        self.network.clock.advance(3.0)
        self.assertEqual((server.count, server.why, client.why), (0, None, None))
        self.network.heal()
        self.network.clock.advance(3.5)
        self.assertEqual(server.count, 1000)

    def test_dial_into_silence(self) -> None:
        """A dial over a way that is cut is given up in its time."""
        self.network.cut(self.slow, self.fast)
        dialling = self.dial(timeout=0.9)
        self.failureResultOf(dialling, TimeoutError)

    def test_refused(self) -> None:
        """Where nobody listens, a dial is refused."""
        self.failureResultOf(self.dial(7), ConnectionRefusedError)

    def test_killed(self) -> None:
        """Who was connected with a process that is killed is told."""
        client, server = self.connect()
        self.fast.kill()
        self.network.clock.advance(1.0)
        self.assertIsNotNone(client.why)
        self.assertTrue(client.why and client.why.check(ConnectionLost))
        self.assertIsNone(server.why)
        self.failureResultOf(self.dial(), ConnectionRefusedError)

    def test_power_cut(self) -> None:
        """Nobody is told; who sends to a host that is back is reset."""
        client, _ = self.connect()
        self.fast.cut_power()
        self.network.clock.advance(5.0)
        self.assertIsNone(client.why)
        self.fast.start()
        client.transport.write(b"hello?")
        self.network.clock.advance(1.0)
        self.assertIsNotNone(client.why)

    def test_frozen(self) -> None:
        """A process that stands still hears all of it when it goes on."""
        client, server = self.connect()
        self.fast.freeze()
        client.transport.write(bytes(1000))
        self.network.clock.advance(30.0)
        self.assertEqual(server.count, 0)
        self.fast.thaw()
        self.network.clock.advance()
        self.assertEqual(server.count, 1000)

    def test_window(self) -> None:
        """Of a receiver that takes nothing, a sender gets rid of a bounded amount."""
        client, server = self.connect()
        self.slow.access = Access()
        server.transport.pauseProducing()
        client.transport.write(bytes(2_000_000))
        self.network.clock.advance(60.0)
        self.assertGreater(client.transport.buffered, 1_000_000)
        server.transport.resumeProducing()
        self.network.clock.advance(1.0)
        self.assertEqual(server.count, 2_000_000)

    def test_reset(self) -> None:
        """Both ends are told."""
        client, server = self.connect()
        self.slow.reset_connections()
        self.network.clock.advance()
        self.assertIsNotNone(client.why)
        self.assertIsNotNone(server.why)
