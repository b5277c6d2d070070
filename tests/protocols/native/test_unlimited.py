"""What a link says to an uplink without a limit, over links in memory."""

from __future__ import annotations

from collections.abc import Callable

from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.units import UNIT
from p2pstream.interfaces import IOutlet, IUplink
from p2pstream.limits import LIMITS
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.transport.turns.unlimited import UnlimitedUplink
from tests.protocols.native.test_peering import Net

FILM = proven_film(200 * UNIT + 5)
HOSTS = ("203.0.113.9", "198.51.100.3")


@implementer(IUplink, IOutlet)
class Told:
    """Lets everybody send, and keeps what it is told of who waits: each rank once until another is told."""

    limited = True
    rate = None

    def __init__(self) -> None:
        self.sent = 0
        self.ranks: list[int] = []
        #: Bytes of messages.
        self.words = 0
        self.closed = self.entering = False
        #: What it was told of whether the other end gives anything.
        self.riders: list[bool] = []

    def outlet(self, here: Address | None, there: Address | None, nudge: Callable[[], None]) -> Told:
        """The same for all."""
        return self

    def turn(self, rank: int) -> bool:
        """Always."""
        return True

    def waits(self, rank: int) -> None:
        """Keep it."""
        if self.ranks[-1:] != [rank]:
            self.ranks.append(rank)

    def pay(self, count: int) -> None:
        """Count it: what went before it is with the kernel, as was said."""
        assert not (count and self.entering)
        self.sent += count
        self.entering = count > 0

    def said(self, count: int) -> None:
        """Count it."""
        self.words += count

    def went(self) -> None:
        """Keep it."""
        self.entering = False

    def belong(self, peer: bytes) -> None:
        """It is alone."""

    def rides(self, rides: bool) -> None:
        """Keep it."""
        self.riders.append(rides)

    def close(self) -> None:
        """Keep it."""
        self.closed = True


class WaitingTests(SynchronousTestCase):
    """A seed far away, and one who wants its film."""

    def setUp(self) -> None:
        """They are connected."""
        self.net = Net(FilmStream(FILM), hosts=HOSTS, delay=0.02)
        self.told = Told()
        self.net.seed.uplink = self.told
        self.source = self.successResultOf(self.net.dial(FILM))
        self.listener = HeardUnits(FILM)
        self.source.listen(self.listener)

    def test_contract(self) -> None:
        """What stands in for an uplink is one."""
        verifyObject(IUplink, self.told)
        verifyObject(IOutlet, self.told)

    def test_who_gives_nothing(self) -> None:
        """The uplink is told of each who opens a channel whether it gives what it takes."""
        self.assertEqual(self.told.riders, [True])
        net = Net(FilmStream(FILM), hosts=HOSTS, delay=0.02)
        net.seed.uplink, net.leech.gives = self.told, True
        self.successResultOf(net.dial(FILM))
        self.assertEqual(self.told.riders, [True, False])

    def test_what_waits_for_the_kernel(self) -> None:
        """Its rank is told while it waits, also of what comes meanwhile; at last, that nothing does."""
        self.source.ask(0, 100)
        self.net.clock.run_until(lambda: self.told.ranks[-1:] == [2], 5)
        self.source.ask(150, 4, urgency=0)
        self.net.clock.run_until(lambda: self.told.ranks[-1:] == [1], 5)
        self.net.clock.advance(5)
        self.assertEqual(len(self.listener.content), 104)
        self.assertEqual(self.told.ranks[-1], 0)
        self.assertEqual((self.told.sent, self.told.entering), (104 * UNIT, False))

    def test_what_is_said(self) -> None:
        """It counts, also where no unit goes: all that the link sent but for units was told."""
        self.source.ask(0, 100)
        self.net.clock.advance(5)
        link = self.net.endpoint.links[0].server.protocol
        self.assertGreater(self.told.words, 0)
        heads = 100 * 64
        self.assertLess(abs(link.sent - self.told.sent - self.told.words), heads)

    def test_what_is_not_wanted_any_more(self) -> None:
        """Then nothing urgent waits."""
        self.source.ask(0, 100)
        self.source.ask(150, 4, urgency=0)
        self.net.clock.run_until(lambda: self.told.ranks[-1:] == [1], 5)
        self.source.cancel(150, 4)
        self.net.clock.run_until(lambda: self.told.ranks[-1:] == [2], 5)
        self.assertEqual(self.told.closed, False)

    def test_the_end(self) -> None:
        """An uplink keeps nothing of a link that ended while something urgent waited."""
        net = Net(FilmStream(FILM), hosts=HOSTS, delay=0.02)
        net.seed.uplink = uplink = UnlimitedUplink(net.clock)
        source = self.successResultOf(net.dial(FILM))
        source.listen(HeardUnits(FILM))
        source.ask(0, 100, urgency=0)
        net.clock.run_until(lambda: bool(uplink._pressing), 5)
        net.endpoint.links[0].client.abortConnection()
        net.test_is_quiet(self)
        self.assertEqual((uplink._pressing, uplink._recent), ({}, {}))


class WatchingTests(SynchronousTestCase):
    """A seed is told of whoever watches."""

    def test_what_is_on_screen_soon(self) -> None:
        """It is urgent, and what is for later is not; when nobody watches, nothing is."""
        net = Net(FilmStream(FILM), hosts=HOSTS, delay=0.02)
        net.seed.uplink = told = Told()
        source = self.successResultOf(net.dial(FILM))
        source.listen(HeardUnits(FILM))
        net.clock.advance(1)
        for rate, first, rank in ((500_000, 20, 1), (500_000, 190, 2), (0, 40, 2)):
            source.want(rate, 10)
            source.ask(first, 10)
            self.assertEqual(told.ranks[-1:], [0])
            net.clock.advance(5)
            self.assertEqual(told.ranks[-2:], [rank, 0])
        self.assertEqual(told.ranks, [0, 1, 0, 2, 0, 2, 0])

    def test_told_too_often(self) -> None:
        """What waits is not sorted again each time; told as often for long, the link ends."""
        net = Net(FilmStream(FILM), hosts=HOSTS, delay=0.02)
        source = self.successResultOf(net.dial(FILM))
        listener = HeardUnits(FILM)
        source.listen(listener)
        most = int(LIMITS.native_wants * LIMITS.native_burst_s)
        for unit in range(most + 100):
            source.want(500_000, unit)
        net.clock.advance(1)
        source.ask(0, 4)
        net.clock.advance(1)
        self.assertEqual((len(listener.content), listener.reason), (4, None))
        for unit in range(20 * most):
            source.want(500_000, unit)
        net.clock.advance(1)
        self.assertIsNotNone(listener.reason)
