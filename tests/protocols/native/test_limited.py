"""Sending no more than is wished, over links in memory."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.codes import Code
from p2pstream.content.units import UNIT
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import proven_film
from p2pstream.testing.proofs.units import FilmStream, HeardUnits
from p2pstream.transport.turns.downlink import LimitedDownlink
from p2pstream.transport.turns.uplink import LimitedUplink, shorter_runs
from tests.protocols.native.test_peering import Net

RATE = 1_000_000
FILM = proven_film(200 * UNIT + 5)


class RateCase(SynchronousTestCase):
    """What comes within the limit, and is no less than it."""

    def fetched(self, net: Net) -> Any:
        """A source, of which all was fetched as quickly as the limit says, and not more quickly."""
        consumer, began = CollectingConsumer(), net.clock.seconds()
        source = self.successResultOf(net.dial(FILM))
        done = source.request(consumer)
        net.clock.run_until(lambda: done.called, 60)
        seconds = net.clock.seconds() - began
        self.assertEqual(bytes(consumer.collected), FILM.content)
        self.assertGreaterEqual(seconds, (len(FILM.content) - 2 * UNIT) / RATE - 0.1)
        self.assertLessEqual(seconds, len(FILM.content) / RATE + 1.5)
        return source

    def got(self, net: Net, links: int, seconds: float) -> list[int]:
        """How much came over each of so many links in that time, after what came at once."""
        consumers = [CollectingConsumer() for _ in range(links)]
        for consumer in consumers:
            self.successResultOf(net.dial(FILM)).request(consumer)
        before = [len(consumer.collected) for consumer in consumers]
        net.clock.advance(seconds)
        return [len(consumer.collected) - count for consumer, count in zip(consumers, before, strict=True)]


class LimitedTests(RateCase):
    """A seed with a limit, and several who want its film."""

    def net(self, **options: Any) -> Net:
        """The seed is far from all of them."""
        net = Net(FilmStream(FILM), hosts=("203.0.113.9", "198.51.100.3"))
        net.seed.uplink = LimitedUplink(net.clock, RATE, **options)
        net.seed.limits = shorter_runs(net.seed.limits, RATE)
        return net

    def test_one(self) -> None:
        """The film takes as long as the limit says, and is whole."""
        net = self.net()
        self.fetched(net)
        self.assertEqual(net.seed.uplink.sent, len(FILM.content))

    def test_several(self) -> None:
        """They share it equally, and together get all of it."""
        got = self.got(self.net(), 4, 10)
        self.assertApproximates(sum(got) / (10 * RATE), 1, 0.05)
        self.assertLessEqual(max(got) - min(got), 6 * UNIT)

    def test_a_deadline_that_passes(self) -> None:
        """What cannot come in time is refused, and takes nothing of the limit."""
        net = self.net()
        source = self.successResultOf(net.dial(FILM))
        listener = HeardUnits(FILM)
        source.listen(listener)
        before = net.seed.uplink.sent
        source.ask(0, 8)
        source.ask(20, 8, deadline_ms=100)
        net.clock.advance(2)
        came = [unit for unit in listener.content if unit >= 20]
        self.assertEqual(net.seed.uplink.sent - before, (8 + len(came)) * UNIT)
        self.assertLessEqual(len(came) * UNIT, 0.2 * RATE + UNIT)
        self.assertEqual(set(listener.codes), {Code.TIMEOUT})

    def test_what_is_urgent_overtakes(self) -> None:
        """It comes before what was asked for earlier, on other links as well."""
        net = self.net()
        for _ in range(3):
            self.successResultOf(net.dial(FILM)).request(CollectingConsumer())
        source, listener = self.successResultOf(net.dial(FILM)), HeardUnits(FILM)
        source.listen(listener)
        net.clock.advance(1)
        source.ask(30, 1, urgency=0)
        net.clock.advance(4 * UNIT / RATE)
        self.assertEqual(set(listener.content), {30})

    def test_a_link_that_ends(self) -> None:
        """Nothing waits for it any more."""
        net = self.net()
        done = self.successResultOf(net.dial(FILM)).request(CollectingConsumer())
        done.addErrback(lambda _: None)
        net.clock.advance(1)
        net.endpoint.links[0].client.abortConnection()
        net.test_is_quiet(self)

    def test_on_the_local_network(self) -> None:
        """It does not count there."""
        net = Net(FilmStream(FILM), hosts=("192.168.1.9", "192.168.1.3"))
        net.seed.uplink = LimitedUplink(net.clock, RATE)
        done = self.successResultOf(net.dial(FILM)).request(CollectingConsumer())
        net.clock.advance(0.5)
        self.assertEqual(self.successResultOf(done), len(FILM.content))


class GreedyUnits(HeardUnits):
    """Asks for whatever it may, as soon as it may."""

    asked = 0

    def changed(self, source: Any) -> None:
        """See `IUnitListener`."""
        for _ in range(source.room):
            source.ask(self.asked, 1)
            self.asked += 1
        assert source.room == 0


class DownlinkTests(RateCase):
    """Asking for no more than is wished."""

    def net(self, *hosts: str, **options: Any) -> Net:
        """A fast seed, and one with a limit."""
        net = Net(FilmStream(FILM), hosts=hosts or ("203.0.113.9", "198.51.100.3"))
        net.leech.downlink = LimitedDownlink(net.clock, RATE, **options)
        return net

    def test_the_bound(self) -> None:
        """The film takes as long as the limit says, and is whole; nothing waits for it afterwards."""
        net = self.net()
        self.fetched(net).close()
        net.test_is_quiet(self)

    def test_of_several_together(self) -> None:
        """All sources share it, and none is left out."""
        got = self.got(self.net(), 3, 9)
        self.assertApproximates(sum(got) / (9 * RATE), 1, 0.1)
        self.assertGreater(min(got), RATE)

    def test_what_is_refused_comes_back(self) -> None:
        """It was not sent, so it does not count."""
        net = self.net()
        net.seed.limits = replace(net.seed.limits, busy_bytes=-1)
        source, listener = self.successResultOf(net.dial(FILM)), HeardUnits(FILM)
        source.listen(listener)
        self.assertEqual(source.room, ceil(RATE * LIMITS.uplink_burst_s / UNIT))
        source.ask(0, 2)
        self.assertEqual(source.room, 0)
        net.clock.advance(0.05)
        self.assertEqual((source.room, set(listener.codes)), (2, {Code.BUSY}))

    def test_sources_that_are_lost(self) -> None:
        """What they owe costs nothing of the limit, one after another, whichever end leaves."""
        net = self.net()
        net.endpoint._link.update(delay=0.3, capacity=64 * UNIT)
        good, heard = self.successResultOf(net.dial(FILM)), GreedyUnits(FILM)
        bad = [self.successResultOf(net.dial(FILM)) for _ in range(18)]
        good.listen(heard)
        heard.changed(good)
        net.clock.advance(2)
        before, began = good.received, net.clock.seconds()
        for each, link in zip(bad, net.endpoint.links[1:], strict=True):
            listener = GreedyUnits(FILM)
            each.listen(listener)
            listener.changed(each)
            net.clock.advance(0.5)
            self.assertGreater(listener.asked, 2)
            self.assertEqual(listener.content, {})
            leaves = (link.client.abortConnection, each.close, lambda each=each: each.spoilt(0, "it lied"))
            leaves[bad.index(each) % 3]()
            # What was given back is asked for by who waits, not by the next that is lost.
            net.clock.advance(0.05)
        net.clock.advance(1)
        came, seconds = good.received - before, net.clock.seconds() - began
        self.assertApproximates(came / (seconds * RATE), 1, 0.05)

    def test_local(self) -> None:
        """It does not count, unless that is asked for."""
        for local, most in ((False, 256), (True, 2)):
            net = self.net("192.168.1.9", "192.168.1.3", local=local)
            source = self.successResultOf(net.dial(FILM))
            source.listen(HeardUnits(FILM))
            self.assertEqual(source.room, most)
