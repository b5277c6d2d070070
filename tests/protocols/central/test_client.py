"""Several centrals as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import Address
from p2pstream.errors import NoCentral, Refused
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.testing.node import FakeNode
from tests.protocols.central.centrals import WHERE, CentralTestCase
from tests.protocols.central.examples import KEY
from tests.protocols.central.test_asking import well


class ClientTests(CentralTestCase):
    """Several centrals."""

    def client(self, *lines: CentralLine, **limits: int) -> CentralClient:
        """One of these."""
        node = FakeNode(self.clock)
        node.limits = replace(LIMITS, **limits)
        client = CentralClient(lines, node)
        self.addCleanup(client.close)
        client.start()
        return client

    def test_in_their_order(self) -> None:
        """The first that is there is asked."""
        self.central(well)
        client = self.client(self.line(start=False), self.line(Address("127.0.0.10", 2045), start=False))
        found = client.resolve("film.mp4")
        self.clock.advance(0)
        self.assertEqual(len(self.successResultOf(found)), 1)
        self.assertEqual(len(self.scripted.asked), 1)

    def test_absent_central(self) -> None:
        """One that is not there is passed over at once."""
        self.absent = {WHERE}
        self.central(well)
        client = self.client(self.line(start=False), self.line(Address("127.0.0.10", 2045), start=False))
        found = client.search("film")
        self.clock.advance(2)
        self.assertEqual(len(self.successResultOf(found).names), 2)

    def test_silent_central(self) -> None:
        """One whose network swallows what it is sent is passed over after two seconds."""
        self.central(well)
        silent, other = self.line(start=False), self.line(Address("127.0.0.10", 2045), start=False)
        self.patch(silent, "ready", Deferred)
        found = self.client(silent, other).search("film")
        self.clock.advance(LIMITS.central_wait_s - 0.01)
        self.assertNoResult(found)
        self.clock.advance(0.01)
        self.assertEqual(len(self.successResultOf(found).names), 2)

    def test_d6_called_by_the_second(self) -> None:
        """A peer that only the second one is connected to is called by that; each is told our port there."""
        asked: list[int] = []

        def answer(guest: Any, request: Any) -> Any:
            if not isinstance(request, say.Beckon):
                return well(guest, request)
            asked.append(request.port)
            if len(asked) == 1:
                raise Refused("that peer is not connected", 14)
            return say.Done(request.request)

        self.central(answer)
        client = self.client(self.line(start=False), self.line(Address("127.0.0.10", 2045), start=False))
        self.clock.advance(0)
        called = client.beckon(bytes(32), KEY, bytes(16), lambda host: 2060 + len(asked))
        self.clock.advance(0)
        self.successResultOf(called)
        self.assertEqual(asked, [2060, 2061])

    def test_all_are_lost(self) -> None:
        """What was answered before counts when nobody answers; else that is said."""
        self.central(well)
        client = self.client(self.line(start=False))
        found = client.resolve("film.mp4")
        self.clock.advance(0)
        first = self.successResultOf(found)
        self.assertFalse(client.remembering)
        self.there = False
        self.cut()
        self.clock.advance(1)
        again, other = client.resolve("film.mp4"), client.peers(KEY)
        self.clock.advance(3)
        self.assertEqual(self.successResultOf(again), first)
        self.assertTrue(client.remembering)
        self.assertIn("no central at 127.0.0.9:2045", str(self.failureResultOf(other, NoCentral).value))

    def test_remembered(self) -> None:
        """So many answers; for one more the oldest is forgotten."""
        self.central(well)
        client = self.client(self.line(start=False), central_remembered=2)
        for name in ("one", "two", "three"):
            found = client.search(name)
            self.clock.advance(0)
            self.successResultOf(found)
        self.there = False
        self.cut()
        self.clock.advance(1)
        asked = [client.search(name) for name in ("one", "two", "three")]
        self.clock.advance(3)
        self.failureResultOf(asked[0], NoCentral)
        for found in asked[1:]:
            self.successResultOf(found)

    def test_lent(self) -> None:
        """A line of somebody else's is asked over at once, and is there when the client has gone."""
        self.central(well)
        line = self.line()
        self.clock.advance(0)
        client = CentralClient([line], FakeNode(self.clock), [line])
        client.start()
        found = client.resolve("film.mp4")
        self.clock.advance(0)
        self.assertEqual(len(self.successResultOf(found)), 1)
        self.successResultOf(client.close())
        self.clock.advance(1)
        self.assertEqual((line.connected, len(self.scripted.guests)), (True, 1))

    def test_none_given(self) -> None:
        """Without a central there is nobody to ask."""
        self.failureResultOf(self.client().search(), NoCentral)
