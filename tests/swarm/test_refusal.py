"""A disk that refuses."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.swarm.refusal import Refusal, SentRun
from p2pstream.testing.proofs.proven import proven_film
from tests.swarm.peers import MemoryPeer

A = Address("10.0.0.1", 2050)
FILM = proven_film(9)
WAIT = LIMITS.storage_retry_s


class RefusalTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nothing was refused."""
        self.refusal = Refusal(self.keep, self.over)
        self.tried: list[int] = []
        self.answers: list[Deferred[bool]] = []
        self.overs = 0

    def keep(self, came: SentRun) -> Deferred[bool]:
        """The test answers."""
        self.tried.append(came.first)
        self.answers.append(Deferred())
        return self.answers[-1]

    def over(self) -> None:
        """Count it."""
        self.overs += 1

    def hold(self, unit: int, now: float) -> bool:
        """A unit is refused."""
        return self.refusal.hold(SentRun(MemoryPeer(A, FILM), A, unit, 1, memoryview(b"x"), now), now)

    def refuse(self, now: float) -> None:
        """What is tried is refused once more."""
        self.hold(self.tried[-1], now)
        self.answers[-1].callback(True)

    def test_tried_now_and_then(self) -> None:
        """Told once; one is tried after a while, and again after as long."""
        self.refusal.tick(9.0)
        self.assertEqual([self.hold(1, 10.0), self.hold(2, 10.1)], [True, False])
        self.refusal.tick(10.0 + WAIT)
        self.assertEqual(self.tried, [])
        self.refusal.tick(10.1 + WAIT)
        self.assertEqual(self.tried, [1])
        self.refuse(10.1 + WAIT)
        self.refusal.tick(10.0 + 2 * WAIT)
        self.assertEqual(self.tried, [1])
        self.refusal.tick(10.1 + 2 * WAIT)
        self.assertEqual((self.tried, self.overs, self.refusal.is_on), ([1, 2], 0, True))

    def test_kept(self) -> None:
        """When one is kept the others are tried at once, one after another, and then it is over."""
        for unit in (1, 2, 3):
            self.hold(unit, 0.0)
        self.refusal.tick(WAIT)
        for tried in ([1], [1, 2], [1, 2, 3]):
            self.assertEqual((self.tried, self.overs, self.refusal.is_on), (tried, 0, True))
            self.answers[-1].callback(False)
        self.assertEqual((self.overs, self.refusal.is_on), (1, False))
        self.assertTrue(self.hold(4, 10.0))

    def test_one_at_a_time(self) -> None:
        """A disk that is slow to answer is not asked once more meanwhile."""
        self.hold(1, 0.0)
        self.hold(2, 0.0)
        for time in range(1, 9):
            self.refusal.tick(time * WAIT)
        self.assertEqual(self.tried, [1])

    def test_refused_meanwhile(self) -> None:
        """What was on its way while one is tried comes after the others."""
        self.hold(1, 0.0)
        self.refusal.tick(WAIT)
        self.hold(2, WAIT)
        self.answers[-1].callback(False)
        self.assertEqual((self.tried, self.overs), ([1, 2], 0))
        self.answers[-1].callback(False)
        self.assertEqual(self.overs, 1)

    def test_end(self) -> None:
        """Nothing is tried any more, whatever comes of what was."""
        for unit in (1, 2):
            self.hold(unit, 0.0)
        self.refusal.tick(WAIT)
        self.assertEqual([came.first for came in self.refusal.end()], [2])
        self.answers[-1].callback(False)
        self.refusal.tick(9 * WAIT)
        self.assertEqual((self.tried, self.overs), ([1], 0))
