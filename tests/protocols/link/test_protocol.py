"""Links on transports: in memory, with and without TLS, dialled and accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.errors import NotSpoken, PeerError, Refused, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.protocols.link.events import Authenticated, Greeted
from p2pstream.protocols.link.family import Bulk, Frame
from p2pstream.protocols.link.plugin import LinkPlugin
from p2pstream.protocols.link.protocol import LinkFactory, LinkProtocol, dial
from p2pstream.testing.bytes.patterns import PatternData, pattern
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.secure.credentials import made_credentials
from p2pstream.transport.secure.tls import TLSEndpoint
from tests.protocols.link.between import Between
from tests.protocols.link.joined import RUN, Chatter

CREDENTIALS = made_credentials(datetime(2026, 1, 1, tzinfo=UTC))


class Attending:
    """Attends to one link."""

    def __init__(self, link: LinkProtocol) -> None:
        self.link = link
        self.chatter = Chatter()
        self.families = [self.chatter]
        self.speaker = None
        self.events: list[Any] = []
        self.reasons: list[Any] = []
        self.fault: Exception | None = None

    def happened(self, event: Any) -> None:
        """Keep it."""
        self.events.append(event)
        if self.fault is not None:
            raise self.fault

    def ended(self, reason: Any) -> None:
        """Keep it."""
        self.reasons.append(reason)


class Chat(LinkPlugin):
    """Links with chatter, as a plugin."""

    name = "chat"

    def __init__(self) -> None:
        self.attending: list[Attending] = []

    def server_factory(self, node: Any) -> Any:
        """Links."""
        return LinkFactory(node, self.attend)

    def attend(self, link: LinkProtocol) -> Attending:
        """One more."""
        self.attending.append(Attending(link))
        return self.attending[-1]


class Relay(Chat):
    """Takes links, and talks on none of them itself."""

    def __init__(self, make: Callable[[], Protocol]) -> None:
        super().__init__()
        self.make = make

    def server_factory(self, node: Any) -> Any:
        """Nobody's link."""
        return Factory.forProtocol(self.make)  # type: ignore[arg-type]


class Case(SynchronousTestCase):
    """A peer that listens, and one that dials."""

    def setUp(self) -> None:
        """Without a secret."""
        self.listen()

    def listen(self, near: bytes | None = None, far: bytes | None = None) -> None:
        """Open the port, each end with its secret."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.near, self.far = FakeNode(self.clock, secret=near), FakeNode(self.clock, secret=far)
        self.chat, self.dialled = Chat(), Chat()
        factory = SniffedFactory([self.chat], self.far, shown=lambda: CREDENTIALS)
        self.port = self.successResultOf(self.network.server("10.0.0.1", 2050).listen(factory))

    def dial(self, tls: bool = False, **options: Any) -> Deferred[LinkProtocol]:
        """Dial, and let it happen."""
        endpoint: Any = self.network.client("10.0.0.1", 2050, "10.0.9.1")
        if tls:
            endpoint = TLSEndpoint(endpoint, self.clock)
        dialling = dial(endpoint, self.near, self.dialled.attend, **options)
        self.clock.advance(0)
        return dialling

    def answer(self, protocol: Any) -> None:
        """Somebody else listens at 10.0.0.2."""
        factory = Factory.forProtocol(protocol)
        factory.noisy = False
        self.successResultOf(self.network.server("10.0.0.2", 2050).listen(factory))


class LinkProtocolTests(Case):
    """What both ends see."""

    def test_both_ends(self) -> None:
        """Each is told who the other is; words and runs go over; one closes and the other knows why."""
        for tls in (False, True):
            self.listen()
            link = self.successResultOf(self.dial(tls, ticket=b"ticket"))
            near, far = self.dialled.attending[0], self.chat.attending[0]
            kinds = [event if isinstance(event, str) else type(event) for event in far.events]
            self.assertEqual(kinds, [Greeted, "met", Authenticated, "met"])
            for one, node in ((near, self.far), (far, self.near)):
                assert one.link.opposite is not None
                self.assertEqual((one.link.opposite.id, one.link.opposite.bound), (node.identity.id, tls))
            self.assertEqual(
                (far.link.opposite and far.link.opposite.ticket, str(far.link.address)),
                (b"ticket", "10.0.9.1:2050"),
            )
            near.chatter.bulks.append(Bulk(RUN, 1, b"head", PatternData(900_000), 100, 800_000))
            self.assertTrue(near.link.more)
            near.chatter.say(b"word")
            self.clock.advance(0)
            self.assertFalse(near.link.more)
            self.assertEqual(far.chatter.words, [b"word"])
            self.assertEqual(far.chatter.runs, [(b"head", pattern(100, 800_000))])
            self.assertEqual(len(near.chatter.delivered), 1)
            link.close(Code.BUSY, "too many", 7)
            self.clock.advance(0)
            reason = far.reasons[0]
            self.assertIsInstance(reason, Refused)
            self.assertEqual((reason.code, "too many" in str(reason)), (Code.BUSY, True))
            self.assertIsInstance(near.reasons[0], SourceLost)
            self.assertEqual([one.chatter.gone for one in (near, far)], [["too many"]] * 2)
            self.clock.advance(60)
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_a9_early_words(self) -> None:
        """What the dialler's family says when it is attached is there with its HELLO."""
        attend = self.dialled.attend

        def eager(link: LinkProtocol) -> Attending:
            attending = attend(link)
            attending.chatter.attach = lambda line, now: line.send(Frame(0x10, 0, b"early"))  # type: ignore[method-assign]
            return attending

        dial(self.network.client("10.0.0.1", 2050), self.near, eager)
        self.clock.advance(0)
        self.assertEqual(self.chat.attending[0].chatter.words, [b"early"])

    def test_d9_closed_group(self) -> None:
        """Both know the secret, or nobody learns anything."""
        self.listen(b"s" * 16, b"s" * 16)
        self.successResultOf(self.dial())
        for near, far in ((None, b"s" * 16), (b"s" * 16, None), (b"s" * 16, b"t" * 16)):
            self.listen(near, far)
            fault = self.failureResultOf(self.dial(), PeerError, Refused).value
            self.assertEqual(fault.code, Code.NOT_AUTHORISED)

    def test_F47_self(self) -> None:
        """A dial to oneself ends, on both sides."""
        self.near = self.far
        self.assertEqual(self.failureResultOf(self.dial(), PeerError).value.code, Code.SELF)

    def test_F49_another_id(self) -> None:
        """Whoever was told an id is not content with another; TLS or not."""
        for tls in (False, True):
            self.listen()
            self.failureResultOf(self.dial(tls, expected=bytes(32)), PeerError)
            self.listen()
            self.successResultOf(self.dial(tls, expected=self.far.identity.id))

    def test_d1_between_two_tls(self) -> None:
        """One who ends TLS in the middle and passes the rest on is found out by both."""
        onward = TLSEndpoint(self.network.client("10.0.0.1", 2050, "10.0.9.9"), self.clock)
        relay = Relay(lambda: Between(onward))
        factory = SniffedFactory([relay], self.far, shown=lambda: CREDENTIALS)
        self.successResultOf(self.network.server("10.0.0.3", 2050).listen(factory))
        endpoint = TLSEndpoint(self.network.client("10.0.0.3", 2050, "10.0.9.1"), self.clock)
        dialling = dial(endpoint, self.near, self.dialled.attend, expected=self.far.identity.id)
        self.clock.advance(0)
        self.failureResultOf(dialling, PeerError, Refused)
        opposite = self.chat.attending[0].link.opposite
        assert opposite is not None
        self.assertEqual((opposite.id, opposite.authenticated), (self.near.identity.id, False))

    def test_a10_not_spoken(self) -> None:
        """An echo, another protocol, and one that is silent: each is told as what it is."""

        class Echo(Protocol):
            def dataReceived(self, data: bytes) -> None:
                """As an ancestor does."""
                self.transport.write(data)  # type: ignore[union-attr]

        self.answer(Echo)
        dialling = dial(self.network.client("10.0.0.2", 2050), self.near, self.dialled.attend, wary=True)
        self.clock.advance(0)
        self.failureResultOf(dialling, NotSpoken)
        self.listen()
        self.answer(Protocol)
        dialling = dial(self.network.client("10.0.0.2", 2050), self.near, self.dialled.attend, wary=True)
        self.clock.advance(LIMITS.link_wary_s - 0.01)
        self.assertNoResult(dialling)
        self.clock.advance(0.02)
        self.failureResultOf(dialling, NotSpoken)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_tls_that_is_not_answered(self) -> None:
        """A handshake that does not come to an end is given up, and so is a dial that is cancelled."""
        self.answer(Protocol)
        for give_up in (
            lambda _: self.clock.advance(LIMITS.link_hello_s),
            lambda dialling: dialling.cancel(),
        ):
            endpoint = TLSEndpoint(self.network.client("10.0.0.2", 2050), self.clock)
            dialling = dial(endpoint, self.near, self.dialled.attend)
            self.clock.advance(0)
            give_up(dialling)
            self.failureResultOf(dialling)
            self.clock.advance(0)
            self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_refused(self) -> None:
        """A dial fails as its endpoint does."""
        dialling = dial(self.network.client("10.0.0.7", 2050), self.near, self.dialled.attend)
        self.clock.advance(0)
        self.failureResultOf(dialling, ConnectionRefusedError)

    def test_authenticated_later(self) -> None:
        """It may be asked at any time, and asking may be cancelled."""
        link = self.successResultOf(self.dial())
        self.assertTrue(self.successResultOf(link.authenticated()).authenticated)
        link.abort("no more")
        self.failureResultOf(link.authenticated(), SourceLost)
        self.assertIsInstance(link.reason, SourceLost)

    def test_bugs_of_attendants(self) -> None:
        """One that raises ends its link, is logged, and harms nobody."""
        self.successResultOf(self.dial())
        self.chat.attending[0].fault = ZeroDivisionError()
        self.dialled.attending[0].chatter.say(b"word")
        self.clock.advance(0)
        self.assertEqual(self.dialled.attending[0].reasons[0].code, Code.INTERNAL)
        self.assertEqual(len(self.chat.attending[0].reasons), 1)
        self.assertTrue(self.flushLoggedErrors(ZeroDivisionError))
        self.successResultOf(self.dial())
