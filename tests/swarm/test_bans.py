"""Who was caught lying, and for how long that counts."""

from __future__ import annotations

from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.swarm.bans import Bans

A, B, C, D = (Address("192.0.2.1", 2050 + number) for number in range(4))
ELSEWHERE = Address("192.0.2.2", 2050)
HOUR, DAY = LIMITS.ban_key_s, LIMITS.ban_s


class BansTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Nobody has lied yet."""
        self.bans = Bans()

    def barred(self, address: Address, key: str, now: float) -> bool:
        """Whether it is left alone."""
        return bool(self.bans.why_not(address, key, now))

    def test_b3_one_stream(self) -> None:
        """One lie takes an address out of that stream for an hour, and of no other."""
        self.bans.convict(A, "one", 100.0)
        self.assertIn("about this stream", self.bans.why_not(A, "one", 100.0 + HOUR - 1))
        self.assertFalse(self.barred(A, "one", 100.0 + HOUR))
        self.assertFalse(self.barred(A, "two", 100.0))
        self.assertFalse(self.barred(B, "one", 100.0))

    def test_b3_a_second_stream(self) -> None:
        """A second one within a day takes it out of all; a day later it counts no more."""
        self.bans.convict(A, "one", 0.0)
        self.bans.convict(A, "two", DAY - 1)
        self.assertIn("more than once", self.bans.why_not(A, "three", DAY - 1))
        self.assertFalse(self.barred(A, "three", DAY))

    def test_b3_at_the_bounds(self) -> None:
        """So many convictions of an address, and of ports of one host, and not one fewer."""
        self.bans = Bans(replace(LIMITS, ban_convictions=3, ban_ports=2))
        for number, stream in enumerate(("one", "two", "three")):
            self.assertFalse(self.barred(A, "four", float(number)))
            self.bans.convict(A, stream, float(number))
        self.assertTrue(self.barred(A, "four", 3.0))
        self.assertFalse(self.barred(D, "one", 3.0))
        self.bans.convict(B, "one", 3.0)
        self.assertTrue(self.barred(D, "one", 3.0))

    def test_b3_not_within_a_day(self) -> None:
        """Two lies further apart are one each."""
        self.bans.convict(A, "one", 0.0)
        self.bans.convict(A, "two", DAY)
        self.assertFalse(self.barred(A, "three", DAY))

    def test_b3_let_in_again(self) -> None:
        """The same lie again is another only after the hour; until then another download saw it."""
        for at in (0.0, 1.0, HOUR - 1):
            self.bans.convict(A, "one", at)
        self.assertFalse(self.barred(A, "two", HOUR))
        self.bans.convict(A, "one", HOUR)
        self.assertTrue(self.barred(A, "two", HOUR))

    def test_b3_a_host(self) -> None:
        """Three ports of one host take out all of it; two do not, nor do three hosts one port each."""
        for port in (A, B, C)[: LIMITS.ban_ports - 1]:
            self.bans.convict(port, "one", 0.0)
        self.bans.convict(ELSEWHERE, "one", 0.0)
        self.assertFalse(self.barred(D, "two", 0.0))
        self.bans.convict(C, "one", 0.0)
        self.assertIn("that machine", self.bans.why_not(D, "two", DAY - 1))
        self.assertFalse(self.barred(ELSEWHERE, "two", 0.0))
        self.assertFalse(self.barred(D, "two", DAY))

    def test_b3_network_of_one(self) -> None:
        """Of IPv6, a /64 is one host."""
        for number in range(1, 4):
            self.bans.convict(Address(f"2001:db8::{number}", 2050), "one", 0.0)
        self.assertTrue(self.barred(Address("2001:db8::9", 2050), "two", 0.0))
        self.assertFalse(self.barred(Address("2001:db8:0:1::9", 2050), "two", 0.0))

    def test_b3_never_loopback(self) -> None:
        """Many live on our own machine."""
        for port in range(2050, 2060):
            self.bans.convict(Address("127.0.0.1", port), "one", 0.0)
        self.assertFalse(self.barred(Address("127.0.0.1", 2060), "two", 0.0))

    def test_bound(self) -> None:
        """As many are remembered as may be; of one more the oldest is forgotten."""
        self.bans = Bans(replace(LIMITS, bans=2))
        for address in (A, ELSEWHERE):
            self.bans.convict(address, "one", 0.0)
        self.assertTrue(self.barred(A, "one", 0.0))
        self.bans.convict(B, "one", 0.0)
        self.assertFalse(self.barred(A, "one", 0.0))
        self.assertTrue(self.barred(ELSEWHERE, "one", 0.0))

    def test_let_in(self) -> None:
        """Once it may be asked again at once; then a second conviction counts as one."""
        self.bans.convict(A, "one", 0.0)
        self.assertTrue(self.bans.let_in(A, "one", 1.0))
        self.assertFalse(self.barred(A, "one", 1.0))
        self.bans.convict(A, "one", 2.0)
        self.assertFalse(self.bans.let_in(A, "one", 3.0))
        self.assertTrue(self.barred(A, "two", 3.0))

    def test_not_let_in(self) -> None:
        """Nobody who was never convicted, and no port of a host that is out."""
        self.assertFalse(self.bans.let_in(A, "one", 0.0))
        for port in (A, B, C):
            self.bans.convict(port, "one", 0.0)
        self.assertFalse(self.bans.let_in(A, "one", 1.0))

    def test_suspect(self) -> None:
        """For a day after a conviction, let in or not."""
        self.assertFalse(self.bans.is_suspect(A, 0.0))
        self.bans.convict(A, "one", 0.0)
        self.bans.let_in(A, "one", 1.0)
        self.assertTrue(self.bans.is_suspect(A, DAY - 1))
        self.assertFalse(self.bans.is_suspect(A, DAY))
