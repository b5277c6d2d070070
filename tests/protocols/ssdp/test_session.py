"""Who is answered, when, and how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from ipaddress import IPv4Interface
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.dlna import DEVICE
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.ssdp.messages import GROUP
from p2pstream.protocols.ssdp.session import Datagram, SsdpSession
from tests import strategies  # noqa: F401  (loads the profile)
from tests.protocols.ssdp.test_messages import DEVICE_HERE, headers, search

HOME, OTHER = IPv4Interface("192.168.1.7/24"), IPv4Interface("10.0.0.2/8")
TARGETS = len(DEVICE_HERE.targets)


class SessionCase(SynchronousTestCase):
    """A device that was told of its networks at 0, and has said that it is there."""

    def setUp(self) -> None:
        """Settle it."""
        self.settle()

    def settle(self, limits: Limits = LIMITS, *interfaces: IPv4Interface) -> None:
        """Another one instead."""
        self.session = SsdpSession(DEVICE_HERE, Random(1), limits)
        self.session.settle(interfaces or (HOME, OTHER), 0.0)
        self.begun = self.sent(1.0)

    def sent(self, until: float) -> list[tuple[float, Datagram]]:
        """What is sent until then, and when, as a shell would that looks whenever something is due."""
        found: list[tuple[float, Datagram]] = []
        while (due := self.session.due) is not None and due <= until:
            found += [(due, each) for each in self.session.to_send(due)]
        return found

    def answers(
        self, raw: bytes, host: str = "192.168.1.9", port: int = 50000, at: float = 1.0
    ) -> list[Datagram]:
        """What one datagram is answered with."""
        self.session.receive(raw, host, port, at)
        return [each for _, each in self.sent(at + LIMITS.ssdp_wait_s)]


class AliveTests(SessionCase):
    def test_told_twice(self) -> None:
        """In each network all five things, with our address there, and again a little later."""
        self.assertEqual(len(self.begun), 2 * 2 * TARGETS)
        for interface in (HOME, OTHER):
            here = [(at, each) for at, each in self.begun if each.through == str(interface.ip)]
            self.assertEqual({headers(each.raw)["NT"] for _, each in here}, set(DEVICE_HERE.targets))
            self.assertEqual({at for at, _ in here}, {0.0, LIMITS.ssdp_again_s})
            for _, each in here:
                self.assertEqual((each.host, each.port), (GROUP, 1900))
                self.assertEqual(headers(each.raw)["LOCATION"], f"http://{interface.ip}:2050/dlna/device.xml")

    def test_told_again(self) -> None:
        """For as long as it is there, before half of what was said is over."""
        moments = sorted({at for at, _ in self.sent(20_000.0)})
        firsts = [0.0, *moments[::2]]
        gaps = [later - earlier for earlier, later in pairwise(firsts)]
        self.assertGreater(len(gaps), 10)
        self.assertLessEqual(max(gaps), LIMITS.ssdp_age_s / 2)
        self.assertGreaterEqual(min(gaps), LIMITS.ssdp_age_s / 4)

    def test_networks_come_and_go(self) -> None:
        """A new one is told at once, one that is gone is told no more, and the rest stays as it was."""
        new = IPv4Interface("172.16.0.5/16")
        self.session.settle((HOME, new), 10.0)
        told = [each for _, each in self.sent(11.0)]
        self.assertEqual({each.through for each in told}, {"172.16.0.5"})
        self.session.settle((HOME,), 12.0)
        self.assertEqual({each.through for _, each in self.sent(2000.0)}, {"192.168.1.7"})
        self.assertEqual(self.answers(search(), "172.16.0.9", at=2000.0), [])

    def test_no_network(self) -> None:
        """There is nobody to tell, and no timer runs; until there is one again."""
        self.session.settle((), 10.0)
        self.assertIsNone(self.session.due)
        self.session.settle((HOME,), 20.0)
        self.assertEqual(len(self.sent(21.0)), 2 * TARGETS)

    def test_leave(self) -> None:
        """All are told, each thing once; nobody is answered afterwards."""
        self.session.receive(search(), "192.168.1.9", 50000, 1.0)
        told = self.session.leave()
        self.assertEqual(
            Counter(each.through for each in told), {"192.168.1.7": TARGETS, "10.0.0.2": TARGETS}
        )
        self.assertEqual({headers(each.raw)["NTS"] for each in told}, {"ssdp:byebye"})
        self.assertIsNone(self.session.due)
        self.assertEqual(self.session.leave(), [])
        self.assertEqual(self.answers(search()), [])


class AnswerTests(SessionCase):
    def test_answered(self) -> None:
        """With the address that we have in the network of whoever asks."""
        for host, here in (("192.168.1.9", "192.168.1.7"), ("10.99.0.1", "10.0.0.2")):
            (told,) = self.answers(search(), host)
            self.assertEqual((told.host, told.port, told.through), (host, 50000, ""))
            self.assertEqual(headers(told.raw)["LOCATION"], f"http://{here}:2050/dlna/device.xml")
            self.assertEqual(headers(told.raw)["ST"], DEVICE)

    def test_everything(self) -> None:
        """Whoever looks for all is told of each thing."""
        told = self.answers(search("ssdp:all"))
        self.assertEqual({headers(each.raw)["ST"] for each in told}, set(DEVICE_HERE.targets))

    def test_of_two_networks_the_closer(self) -> None:
        """One may lie within another."""
        self.settle(LIMITS, IPv4Interface("10.1.0.2/16"), OTHER)
        (told,) = self.answers(search(), "10.1.0.9")
        self.assertIn("//10.1.0.2:", headers(told.raw)["LOCATION"])

    def test_spread(self) -> None:
        """At any moment within the time that all have, which is bounded, and at another each time."""
        for wait, most in (
            ("1", LIMITS.ssdp_wait_s),
            ("120", LIMITS.ssdp_wait_s),
            ("0", LIMITS.ssdp_unhurried_s),
        ):
            self.setUp()
            moments = []
            for number in range(15):
                at = 100.0 + 10 * number
                self.session.receive(search(MX=wait), "192.168.1.9", 50000, at)
                ((sent, _),) = self.sent(at + 9)
                moments.append(sent - at)
            self.assertGreaterEqual(min(moments), 0.0)
            self.assertLessEqual(max(moments), most)
            self.assertGreater(max(moments) - min(moments), most / 2)

    def test_repeated(self) -> None:
        """Clients send a search three times, for datagrams get lost; one answer waits."""
        for _ in range(3):
            self.session.receive(search(), "192.168.1.9", 50000, 1.0)
        self.assertEqual(len(self.answers(search())), 1)
        self.assertEqual(len(self.answers(search(), at=7.0)), 1)


class HostileTests(SessionCase):
    def test_F45_strangers(self) -> None:
        """Who is in none of our networks may be forged, and is not answered; nor is a low port."""
        for host in ("8.8.8.8", "192.168.2.9", "127.0.0.1", "::1", "no address", ""):
            self.assertEqual(self.answers(search(), host), [], host)
        self.assertEqual(self.answers(search(), port=LIMITS.back_least_port - 1), [])
        self.assertEqual(len(self.answers(search(), port=LIMITS.back_least_port)), 1)

    def test_F45_flood_of_one(self) -> None:
        """It gets so much at once, so much a second, and others are answered all the same."""
        count = 0
        for number in range(2000):
            self.session.receive(search(), "192.168.1.66", 2000 + number, 10.0 + number / 200)
        count = sum(each.host == "192.168.1.66" for _, each in self.sent(30.0))
        self.assertLessEqual(count, LIMITS.ssdp_each + 10 * LIMITS.ssdp_each_rate + 1)
        self.assertGreater(count, LIMITS.ssdp_each)
        self.assertEqual(len(self.answers(search(), at=30.0)), 1)

    def test_F45_everything_again(self) -> None:
        """Who looks for all is told of all once in a while; in between of what leads to it."""
        told = []
        for at in (10.0, 10.0 + LIMITS.ssdp_everything_s - 0.1, 10.1 + LIMITS.ssdp_everything_s):
            told.append([headers(each.raw)["ST"] for each in self.answers(search("ssdp:all"), at=at)])
        self.assertEqual([len(each) for each in told], [TARGETS, 1, TARGETS])
        self.assertEqual(told[1], ["upnp:rootdevice"])
        self.assertEqual(len(self.answers(search("ssdp:all"), "192.168.1.10", at=22.0)), TARGETS)

    def test_F45_flood_of_many(self) -> None:
        """Of a whole network of forged addresses as well; and nothing grows."""
        for number in range(3000):
            self.assertLessEqual(len(self.session._told_everything), LIMITS.ssdp_askers)
            host = f"10.{number >> 14}.{number >> 7 & 127}.{number & 127}"
            self.session.receive(search("ssdp:all"), host, 50000, 10.0 + number / 300)
            self.sent(10.0 + number / 300)
            self.assertLessEqual(len(self.session._awaited), LIMITS.ssdp_pending)
            self.assertLessEqual(len(self.session._each), LIMITS.ssdp_askers)
        self.assertEqual(len(self.session._due), len(self.session._awaited))

    def test_bounds(self) -> None:
        """As many answers wait as may, and not one more; at so much at once the next is refused."""
        self.settle(replace(LIMITS, ssdp_pending=3))
        self.assertEqual(len(self.answers(search("ssdp:all"))), 3)
        self.settle(replace(LIMITS, ssdp_each=2))
        self.assertEqual(len(self.answers(search("ssdp:all"))), 2)
        self.settle(replace(LIMITS, ssdp_all=4))
        self.assertEqual(len(self.answers(search("ssdp:all"))), 4)
        self.settle(replace(LIMITS, ssdp_all=1, ssdp_all_rate=2))
        told = [
            len(self.answers(search(), host, at=at))
            for host, at in (("10.0.0.3", 10.0), ("10.0.0.4", 10.2), ("10.0.0.5", 10.5))
        ]
        self.assertEqual(told, [1, 0, 1])
        self.settle(replace(LIMITS, ssdp_askers=1, ssdp_each=1, ssdp_each_rate=0.0001))
        told = [
            len(self.answers(search(), host)) for host in ("10.0.0.3", "10.0.0.3", "10.0.0.4", "10.0.0.3")
        ]
        self.assertEqual(told, [1, 0, 1, 1])

    @given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 65535)), max_size=20))
    def test_F37_anything(self, datagrams: list[tuple[bytes, int]]) -> None:
        """Noise is not answered."""
        session = SsdpSession(DEVICE_HERE, Random(1))
        session.settle((HOME,), 0.0)
        for raw, port in datagrams:
            session.receive(raw, "192.168.1.9", port, 0.0)
        self.assertEqual({each.host for each in session.to_send(10.0)}, {GROUP})
