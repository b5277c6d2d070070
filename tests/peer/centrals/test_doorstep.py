"""Peers that nobody can dial, called and let in, in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.internet.error import ConnectingCancelledError, ConnectionRefusedError
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.keys import Key
from p2pstream.content.listed import NATIVE, REACHABLE, ListedPeer
from p2pstream.content.units import UNIT
from p2pstream.content.wants import Units
from p2pstream.errors import CannotListen, NoCentral, Refused, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.peer.centrals.called import Called
from p2pstream.peer.centrals.doorstep import Doorstep
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.transport.ports.port import SniffedFactory

FILM, OTHER = proven_film(3 * UNIT), proven_film(2 * UNIT + 9)
CENTRAL, HOME, OUTSIDE = Address("10.0.0.9", 2045), Address("10.0.0.1", 2050), "10.0.0.5"


class Switchboard:
    """A central that has peers called, as both see it."""

    def __init__(self, called: Called) -> None:
        self.called = called
        self.fault: Exception | None = None
        self.beckoned: list[bytes] = []

    def beckon(self, id: bytes, key: Key, nonce: bytes, listen: Callable[[str], int]) -> Deferred[None]:
        """It calls that peer."""
        try:
            port = listen(OUTSIDE)
        except CannotListen as fault:
            return fail(fault)
        self.beckoned.append(id)
        if self.fault is not None:
            return fail(self.fault)
        self.called.called(CENTRAL, Address(OUTSIDE, port), nonce)
        return succeed(None)


class DoorstepTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A peer behind a wall, and somebody who wants its film."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.peer = FakeNode(self.clock, shared={}, streams={FILM.key: FilmStream(FILM)})
        out = lambda address: self.network.client(address.host, address.port, HOME.host)  # noqa: E731
        self.called = Called(self.peer, out, lambda: HOME)
        self.central = Switchboard(self.called)
        self.viewer = FakeNode(self.clock, shared={})
        self.ports: list[tuple[str, int]] = []
        self.doorstep = Doorstep(self.viewer, 5000, self.listen)

    def listen(self, host: str, port: int, factory: Any) -> Any:
        """On the network in memory."""
        self.ports.append((host, port))
        return self.successResultOf(self.network.server(host, port).listen(factory))

    def reach(self, dialling: Deferred[Any] | None = None, flags: int = NATIVE, have: int = 255) -> Any:
        """Reach the peer, whose dial comes to this."""
        listed = ListedPeer(HOME, self.peer.identity.id, flags, have)
        dial = dialling or fail(ConnectionRefusedError(111))
        reached = Deferred.fromCoroutine(self.doorstep.reach(listed, FILM.key, dial, self.central))
        self.clock.advance(0)
        return reached

    def closed(self) -> None:
        """All hang up, and nothing is left."""
        self.called.stop()
        self.successResultOf(Deferred.fromCoroutine(self.doorstep.close()))
        self.clock.advance(LIMITS.call_idle_s)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_where_others_come(self) -> None:
        """Who was called comes to the port that was told, where others are served."""
        self.viewer = FakeNode(self.clock, shared={}, streams={OTHER.key: FilmStream(OTHER)})
        self.doorstep = Doorstep(self.viewer, 5000, self.listen)
        door = WelcomingNative(Calls(self.viewer, self.doorstep.calls))
        listening = self.successResultOf(
            self.network.server(OUTSIDE, 6000).listen(SniffedFactory([door], self.viewer))
        )
        settled: Deferred[None] = Deferred()
        self.doorstep.share(lambda: 6000, lambda: settled)
        reached = self.reach()
        self.assertEqual(self.central.beckoned, [])
        settled.callback(None)
        self.clock.advance(1)
        source, heard = self.successResultOf(reached), HeardUnits(FILM)
        source.listen(heard)
        source.ask(0, 3)
        end, stranger = self.network.client(OUTSIDE, 6000), FakeNode(self.clock, shared={})
        dialling = native.connect(end, Units(OTHER.key), stranger)
        self.clock.advance(LIMITS.call_idle_s + 5)
        guest, consumer = self.successResultOf(dialling), CollectingConsumer()
        done = guest.request(consumer)
        self.clock.advance(1)
        self.assertEqual(self.successResultOf(done), len(OTHER.content))
        self.assertEqual((set(heard.content), self.ports), ({0, 1, 2}, []))
        source.close()
        guest.close()
        self.clock.advance(1)
        self.successResultOf(maybeDeferred(listening.stopListening))
        self.closed()

    def test_d6_called(self) -> None:
        """A peer that refuses is called, comes, and sends what it is asked for."""
        for have in (255, 100):
            reached = self.reach(have=have)
            self.clock.advance(1)
            source, heard = self.successResultOf(reached), HeardUnits(FILM)
            source.listen(heard)
            self.clock.advance(1)
            source.ask(0, 3)
            self.clock.advance(1)
            self.assertEqual(b"".join(heard.content[unit] for unit in range(3)), FILM.content)
            source.close()
            self.clock.advance(1)
        self.assertEqual(self.ports, [(OUTSIDE, 5000)])
        self.closed()

    def test_d6_silence(self) -> None:
        """One that does not answer is called after a moment; one that does is not."""
        self.assertEqual(self.successResultOf(self.reach(succeed("source"))), "source")
        self.assertEqual(self.central.beckoned, [])
        # An endpoint that is cancelled says so in words of its own.
        under_way = lambda dial: dial.errback(ConnectingCancelledError(None))  # noqa: E731
        for dialling in (Deferred(), Deferred(under_way)):
            reached = self.reach(dialling)
            self.clock.advance(LIMITS.call_after_s)
            self.clock.advance(0.1)
            self.successResultOf(reached).close()
            self.clock.advance(1)
        self.closed()

    def test_d6_not_called(self) -> None:
        """One that a central could dial, or whose id nobody knows, is not called."""
        self.failureResultOf(self.reach(flags=NATIVE | REACHABLE), ConnectionRefusedError)
        stranger = ListedPeer(HOME, flags=NATIVE)
        dial = fail(ConnectionRefusedError(111))
        reached = Deferred.fromCoroutine(self.doorstep.reach(stranger, FILM.key, dial, self.central))
        self.failureResultOf(reached, ConnectionRefusedError)
        self.assertEqual((self.central.beckoned, self.ports), ([], []))

    def test_d6_in_vain(self) -> None:
        """What was wrong with both ways is said in one line, whatever it was."""
        for fault in (
            NoCentral("no central is connected"),
            Refused("the central refuses: that peer is not connected", Code.GONE),
            SourceLost("the central did not answer"),
        ):
            self.central.fault = fault
            said = str(self.failureResultOf(self.reach(), SourceLost).value)
            self.assertTrue(said.startswith("cannot be reached: connection refused"), said)
            self.assertIn(str(fault), said)
        self.closed()

    def test_d6_it_does_not_come(self) -> None:
        """A peer that cannot dial us either is given up in time for the next."""
        self.called.stop()
        self.called.called = lambda central, address, nonce: None  # type: ignore[method-assign]
        reached = self.reach(Deferred())
        self.assertLess(LIMITS.call_after_s + LIMITS.call_s, LIMITS.connect_s)
        self.clock.advance(LIMITS.call_after_s)
        self.clock.advance(LIMITS.call_s)
        self.assertIn("did not come", str(self.failureResultOf(reached, SourceLost).value))
        self.closed()

    def test_d6_it_has_it_no_more(self) -> None:
        """A peer that comes and has it no more is left."""
        self.peer._streams.clear()
        reached = self.reach(have=100)
        self.clock.advance(1)
        self.failureResultOf(reached, SourceLost)
        self.closed()

    def test_port_taken(self) -> None:
        """Where we cannot listen, that is what is said."""

        def taken(host: str, port: int, factory: Any) -> Any:
            raise CannotListen("port 5000 is taken")

        self.doorstep = Doorstep(self.viewer, 5000, taken)
        self.assertIn("5000 is taken", str(self.failureResultOf(self.reach(), SourceLost).value))
        self.closed()

    def test_given_up(self) -> None:
        """A reader that goes away leaves nothing behind."""
        self.called.called = lambda central, address, nonce: None  # type: ignore[method-assign]
        for seconds in (0.0, LIMITS.call_after_s):
            reached = self.reach(Deferred())
            reached.addErrback(lambda _: None)
            self.clock.advance(seconds)
            reached.cancel()
        self.closed()
