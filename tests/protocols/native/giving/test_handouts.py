"""What is given to one is told to the others, and asked for less by these."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.ranges import Ranges
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.calls import Calls, WelcomingNative
from p2pstream.protocols.native.giving.handouts import Handouts
from p2pstream.protocols.native.plugin import Native
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.protocols.native.taking.elsewhere import Elsewhere
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from tests.protocols.native.test_peering import Net

FILM = proven_film(200 * UNIT + 5)


class HandoutsTests(SynchronousTestCase):
    """Some who fetch one film, and one who fetches another."""

    def setUp(self) -> None:
        """Nobody yet."""
        self.clock = HeapClock()
        self.handouts = Handouts(self.clock)
        self.told: list[Ranges] = []

    def join(self, key: object = FILM.key):  # type: ignore[no-untyped-def]
        """One more."""
        return self.handouts.join(key, lambda units: self.told.append(units))  # type: ignore[arg-type]

    def test_told(self) -> None:
        """All are told of all that was given meanwhile, at once."""
        self.join(), self.join(), self.join("another")
        self.handouts.gave(FILM.key, 3, 4)
        self.handouts.gave(FILM.key, 20, 1)
        self.clock.advance(LIMITS.native_have_s + 0.01)
        self.assertEqual(self.told, [Ranges([(3, 7), (20, 21)])] * 2)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_alone(self) -> None:
        """Who is alone is told nothing; nor is anybody where there are very many."""
        self.join()
        self.handouts.gave(FILM.key, 3, 4)
        for _ in range(LIMITS.handout_members):
            self.join()
        self.handouts.gave(FILM.key, 3, 4)
        self.clock.advance(10)
        self.assertEqual(self.told, [])

    def test_who_comes_later(self) -> None:
        """He is told what was given lately, also while there was but one; not what was long ago."""
        self.join()
        for number in range(4):
            self.handouts.gave(FILM.key, number, 1)
            self.clock.advance(LIMITS.elsewhere_s)
        self.assertEqual(self.told, [])
        self.handouts.gave(FILM.key, 7, 1)
        self.join()
        self.clock.advance(LIMITS.native_have_s + 0.01)
        self.assertEqual(self.told, [Ranges([(7, 8)]), Ranges([(3, 4), (7, 8)])])
        self.join()
        self.clock.advance(LIMITS.native_have_s + 0.01)
        self.assertEqual(self.told[2:], [Ranges([(3, 4), (7, 8)])])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_many(self) -> None:
        """As many as may be are told, more rarely."""
        for _ in range(LIMITS.handout_members):
            self.join()
        self.handouts.gave(FILM.key, 3, 4)
        self.clock.advance(LIMITS.handout_each_s * LIMITS.handout_members - 0.01)
        self.assertEqual(self.told, [])
        self.clock.advance(0.02)
        self.assertEqual(len(self.told), LIMITS.handout_members)

    def test_left(self) -> None:
        """Who has left is told nothing; when all have, nothing is left."""
        ends = [self.join(), self.join()]
        self.handouts.gave(FILM.key, 3, 4)
        for end in ends * 2:
            end()
        self.handouts.gave(FILM.key, 5, 1)
        self.clock.advance(10)
        self.assertEqual((self.told, self.handouts._circles), ([], {}))


class ElsewhereTests(SynchronousTestCase):
    """What is believed of that."""

    def test_forgotten(self) -> None:
        """After a while, at most twice as long."""
        elsewhere, step = Elsewhere(), LIMITS.elsewhere_s
        for number in range(4):
            elsewhere.add([(number, number + 1)], number * step)
        self.assertEqual(elsewhere.units, Ranges([(2, 4)]))

    def test_bounded(self) -> None:
        """Of many ranges those that were said last are kept."""
        elsewhere, most = Elsewhere(), LIMITS.elsewhere_ranges
        for begin in range(0, 10 * most, 100):
            elsewhere.add([(2 * number, 2 * number + 1) for number in range(begin, begin + 100)], 1.0)
            self.assertLessEqual(len(elsewhere.units), 2 * most + 200)
        self.assertTrue(elsewhere.units.covers(2 * (begin + 99), 2 * (begin + 99) + 1))


class WireTests(SynchronousTestCase):
    """Two who fetch from one that has all."""

    def told(self, speech: Native, net: Net) -> None:
        """What one asks for is known to the other soon, whether it has come or not."""
        factory = speech.server_factory(net.seed)
        assert factory is not None, "there is something to serve"
        net.endpoint = MemoryEndpoint(net.clock, lambda: factory.buildProtocol(None), delay=0.02)  # type: ignore
        one, other = (self.successResultOf(net.dial(FILM)) for _ in range(2))
        for source in (one, other):
            source.listen(HeardUnits(FILM))
        one.ask(10, 5)
        other.ask(100, 2)
        net.clock.advance(0.5)
        wanted = Ranges([(10, 15), (100, 102)])
        self.assertEqual((one.elsewhere, other.elsewhere), (wanted, wanted))
        one.close()
        self.assertEqual(one.elsewhere, Ranges())
        other.close()

    def test_told_to_the_other(self) -> None:
        """By one who serves whoever comes."""
        self.told(native, Net(FilmStream(FILM)))

    def test_told_by_who_has_others_called(self) -> None:
        """So by one to whom peers come that were called for a program of the same user: ``p2p-peer``."""
        net = Net(FilmStream(FILM))
        self.told(WelcomingNative(Calls(net.seed, Calls(net.seed))), net)
