"""A download that is cancelled, whatever its sources make of that."""

from __future__ import annotations

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectingCancelledError

from p2pstream.content.addresses import Address
from p2pstream.interfaces import ISource
from p2pstream.testing.wires.sources import FakeSource, FakeSources
from tests.swarm.test_download import FILM, A, B, DownloadCase


class GivingUpTests(DownloadCase):
    """Nobody is to blame, and nobody else is asked."""

    def test_hangs_up(self) -> None:
        """Whoever gives up hangs up, and the readers are told."""
        self.start(A)
        reader = self.data.later(0, 1)
        self.done.cancel()
        self.failed(CancelledError)
        self.failureResultOf(reader, CancelledError)

    def test_dials_nobody_else(self) -> None:
        """Whoever gives up dials nobody else, whatever the source calls it; it was not lost."""
        self.start(A, B)
        self.sources.current.send(FILM[:100])
        self.done.cancel()
        self.failed(CancelledError)
        self.assertEqual(self.sources.dialled, [A])
        self.assertEqual(self.heard.named("source_lost"), [])

    def test_before_the_first_byte(self) -> None:
        """So it is while a peer is dialled, or asked."""
        for silent in ((), (A,)):
            self.start(A, B, sources=FakeSources(silent=silent))
            self.done.cancel()
            self.failed(CancelledError)
            self.assertEqual(self.sources.dialled, [A])

    def test_while_a_dial_fails(self) -> None:
        """A dial that calls a cancel a failed connection is given up too."""

        def connect(address: Address) -> Deferred[ISource]:
            self.sources.dialled.append(address)
            return Deferred(lambda dial: dial.errback(ConnectingCancelledError(None)))

        self.start(A, B, connect=connect)
        self.done.cancel()
        self.failed(CancelledError)
        self.assertEqual(self.sources.dialled, [A])
        self.assertEqual(self.heard.named("source_refused"), [])

    def test_a_dial_that_succeeds_when_given_up(self) -> None:
        """What comes too late is hung up."""
        late = FakeSource(B)
        self.start(A, B, connect=lambda _: Deferred(lambda dial: dial.callback(late)))
        self.done.cancel()
        self.failed(CancelledError)
        self.assertTrue(late.closed)
