"""A peer that nobody can dial dials whoever had it called, in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.units import UNIT
from p2pstream.errors import Refused, SourceLost
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.calls import Calls, answer_call
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.network import MemoryNetwork

FILM = proven_film(3 * UNIT)
NONCE, OTHER = b"n" * 16, b"m" * 16


class CallsTests(SynchronousTestCase):
    #: That of a closed group, of the peer that is called and of who has it called.
    secrets: tuple[bytes | None, bytes | None] = (None, None)

    def setUp(self) -> None:
        """Somebody who waits for calls, and a peer that has a film and cannot be dialled."""
        self.clock = HeapClock()
        self.network = MemoryNetwork(self.clock)
        self.stream = FilmStream(FILM)
        self.peer = FakeNode(self.clock, shared={}, streams={FILM.key: self.stream}, secret=self.secrets[0])
        self.viewer = FakeNode(self.clock, shared={}, secret=self.secrets[1])
        self.calls = Calls(self.viewer)
        self.successResultOf(self.network.server("10.0.9.9", 5000).listen(self.calls))

    def endpoint(self) -> Any:
        """How the viewer is dialled."""
        return self.network.client("10.0.9.9", 5000, "10.0.0.1")

    def call(self, nonce: bytes = NONCE, node: FakeNode | None = None) -> Any:
        """The peer dials, and shows this."""
        link = answer_call(self.endpoint(), node or self.peer, nonce)
        self.clock.advance(1)
        return link

    def quiet(self) -> None:
        """Nothing is left."""
        self.clock.advance(LIMITS.call_idle_s)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual((self.stream.watched, self.calls.strangers), (0, 0))

    def test_d6_called(self) -> None:
        """It is a source like any other; when that is left, both hang up."""
        coming = self.calls.expect(self.peer.identity.id, NONCE)
        self.successResultOf(self.call())
        source, heard = self.successResultOf(coming).source(FILM.key), HeardUnits(FILM)
        source.listen(heard)
        self.clock.advance(1)
        source.ask(0, 3)
        self.clock.advance(1)
        self.assertEqual(b"".join(heard.content[unit] for unit in range(3)), FILM.content)
        self.clock.advance(2 * LIMITS.call_idle_s)
        self.assertEqual(list(source.units), [(0, 3)])
        source.close()
        self.clock.advance(1)
        self.quiet()

    def test_d6_seed(self) -> None:
        """One that is known to have all of it is asked at once."""
        coming: Any = self.calls.expect(self.peer.identity.id, NONCE)
        coming.addCallback(lambda peering: peering.source(FILM.key, True))
        self.successResultOf(self.call())
        source, heard = self.successResultOf(coming), HeardUnits(FILM)
        source.listen(heard)
        source.ask(0, 2)
        self.clock.advance(1)
        self.assertEqual(set(heard.content), {0, 1})
        source.close()
        self.clock.advance(1)
        self.quiet()

    def test_d6_not_called(self) -> None:
        """Another nonce, none, another id, or a nonce for the second time: it is turned away."""
        stranger = FakeNode(self.clock, shared={})
        self.calls.expect(self.peer.identity.id, NONCE)
        for nonce, node in ((OTHER, self.peer), (b"", self.peer), (NONCE, stranger)):
            link = self.successResultOf(self.call(nonce, node))
            self.assertIsInstance(link.reason, Refused)
            self.assertEqual((link.reason.code, self.calls.strangers), (Code.NOT_AUTHORISED, 0))
        first = self.successResultOf(self.call())
        self.assertIsNone(first.reason)
        again = self.successResultOf(self.call())
        self.assertIsInstance(again.reason, Refused)
        first.close()
        self.clock.advance(1)
        self.quiet()

    def test_d6_too_late(self) -> None:
        """Who is not waited for any more is turned away, too."""
        coming = self.calls.expect(self.peer.identity.id, NONCE)
        coming.cancel()
        self.failureResultOf(coming, CancelledError)
        self.assertIsInstance(self.successResultOf(self.call()).reason, Refused)
        self.quiet()

    def test_d6_nothing_is_asked(self) -> None:
        """A peer that was called for nothing hangs up after a while."""
        coming = self.calls.expect(self.peer.identity.id, NONCE)
        link = self.successResultOf(self.call())
        self.successResultOf(coming)
        self.clock.advance(LIMITS.call_idle_s - 1.5)
        self.assertIsNone(link.reason)
        self.clock.advance(1)
        self.assertIsInstance(link.reason, SourceLost)
        self.quiet()

    def test_d6_it_has_it_no_more(self) -> None:
        """What was called for and is gone is refused, and the links end."""
        other = proven_film(UNIT, seed=3)
        coming = self.calls.expect(self.peer.identity.id, NONCE)
        self.successResultOf(self.call())
        ready = self.successResultOf(coming).source(other.key).when_ready()
        self.clock.advance(1)
        self.failureResultOf(ready, Refused)
        self.quiet()

    def test_crowd(self) -> None:
        """As many strangers are heard as may be; one more is not."""
        self.calls._node.limits = replace(LIMITS, call_strangers=2)
        silent = Factory.forProtocol(Protocol)
        silent.noisy = False
        waiting = [self.endpoint().connect(silent) for _ in range(3)]
        self.clock.advance(0)
        self.assertEqual(self.calls.strangers, 2)
        self.failureResultOf(waiting[2], ConnectionRefusedError)
        self.clock.advance(LIMITS.link_auth_s)
        self.quiet()


class GroupTests(CallsTests):
    """The same in a closed group."""

    secrets = (b"only among us", b"only among us")

    def test_d6_not_called(self) -> None:
        """Who does not know the secret is no peer, whatever it shows."""
        stranger = FakeNode(self.clock, shared={}, secret=b"guessed")
        self.calls.expect(stranger.identity.id, NONCE)
        self.failureResultOf(self.call(NONCE, stranger))
        self.quiet()
