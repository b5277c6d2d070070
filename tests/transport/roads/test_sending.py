"""The queue of a connection: what becomes of data that is taken back on its way."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.data.memory import BufferData
from p2pstream.errors import Gone
from p2pstream.interfaces import IRevocable
from p2pstream.transport.roads.sending import Sending


@implementer(IRevocable)
class Lent(BufferData):
    """Data that its owner may take back."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.revoked: Deferred[Exception] = Deferred()

    def when_revoked(self) -> Deferred[Exception]:
        """See `IRevocable`."""
        return self.revoked


class StuckRoad:
    """The other end takes nothing; a test says when that changes."""

    sent = 0

    def __init__(self) -> None:
        self.carried: list[Deferred[int]] = []

    def carry(self, data: Any) -> Deferred[int]:
        """See `sending.Road`."""
        self.carried.append(Deferred())
        return self.carried[-1]


class RevokedTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Something is sent to one who takes nothing."""
        self.road = StuckRoad()
        self.broken: list[Failure] = []
        self.sending = Sending(self.road, lambda: None, self.broken.append)
        self.data = Lent(b"film")
        self.sent = self.sending.send(self.data)

    def test_F08_taken_back_while_nothing_moves(self) -> None:
        """It is carried no further; the connection is broken off at once, and the sender told why."""
        self.data.revoked.callback(Gone("it changed"))
        self.assertTrue(self.road.carried[0].called)
        self.assertEqual(str(self.failureResultOf(self.sent, Gone).value), "it changed")
        self.assertIsInstance(self.broken[0].value, Gone)
        self.assertFalse(self.sending.busy)

    def test_taken_back_before_its_turn(self) -> None:
        """What waits behind something else is broken off when its turn comes."""
        later = Lent(b"more")
        sent = self.sending.send(later)
        later.revoked.callback(Gone("it changed"))
        self.assertNoResult(sent)
        self.road.carried[0].callback(4)
        self.failureResultOf(sent, Gone)
        self.assertEqual(self.successResultOf(self.sent), 4)

    def test_taken_back_after_the_end(self) -> None:
        """That harms nobody who has it all."""
        self.road.carried[0].callback(4)
        self.data.revoked.callback(Gone("it changed"))
        self.assertEqual(self.successResultOf(self.sent), 4)
        self.assertEqual(self.broken, [])
