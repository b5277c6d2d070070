"""Who may have a connection, and who must go first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS
from p2pstream.transport.ports.seats import Seat, Seats
from tests import strategies  # noqa: F401  (loads the profile)

FEW = replace(LIMITS, connections=6, connections_per_address=3, undecided=4)


def at(host: str) -> Address:
    """An address."""
    return Address(host, 40000)


class SeatsTests(SynchronousTestCase):
    """A small hall."""

    def setUp(self) -> None:
        """Nobody is there."""
        self.seats = Seats(FEW)

    def take(self, *hosts: str) -> list[Seat]:
        """A seat for each."""
        return [self.seats.take(at(host), host) for host in hosts]

    def test_per_address(self) -> None:
        """An address has as many as it may and not one more; leaving makes room."""
        seats = self.take("10.0.0.1", "10.0.0.1")
        self.assertEqual(self.seats.refusal(at("10.0.0.1")), "")
        seats += self.take("10.0.0.1")
        self.assertIn("3 connections", self.seats.refusal(at("10.0.0.1")))
        self.assertEqual(self.seats.refusal(at("10.0.0.2")), "")
        self.seats.leave(seats[0])
        self.seats.leave(seats[0])
        self.assertEqual((self.seats.refusal(at("10.0.0.1")), len(self.seats)), ("", 2))

    def test_ipv6_counts_by_64(self) -> None:
        """All addresses of a /64 are one."""
        self.take("2001:db8::1", "2001:db8::2", "2001:db8::3")
        self.assertNotEqual(self.seats.refusal(at("2001:db8::ffff")), "")
        self.assertEqual(self.seats.refusal(at("2001:db8:0:1::1")), "")

    def test_loopback(self) -> None:
        """Loopback is not limited, unless that is asked for; what has no address never is."""
        self.take("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1")
        self.assertEqual((self.seats.refusal(at("127.0.0.1")), self.seats.refusal(None)), ("", ""))
        self.seats = Seats(FEW, cap_loopback=True)
        self.take("127.0.0.1", "127.0.0.1", "127.0.0.1")
        self.assertNotEqual(self.seats.refusal(at("127.0.0.1")), "")
        self.assertEqual(self.seats.refusal(at("127.0.0.2")), "")

    def test_total(self) -> None:
        """With every seat decided a newcomer is refused; at one below he is not."""
        seats = self.take("10.0.0.1", "10.0.1.1", "10.0.2.1", "10.0.3.1", "10.0.4.1", "10.0.5.1")
        for seat in seats:
            self.seats.decide(seat)
        self.assertIn("6 connections", self.seats.refusal(at("10.0.9.1")))
        self.assertIsNone(self.seats.crowded())
        self.seats.leave(seats[3])
        self.assertEqual(self.seats.refusal(at("10.0.9.1")), "")

    def test_total_with_somebody_undecided(self) -> None:
        """One who has not said what he wants goes before a newcomer is refused."""
        seats = self.take("10.0.0.1", "10.0.1.1", "10.0.2.1", "10.0.3.1", "10.0.4.1", "10.0.5.1")
        for seat in seats[:5]:
            self.seats.decide(seat)
        self.assertEqual(self.seats.refusal(at("10.0.9.1")), "")
        self.assertIs(self.seats.crowded(), seats[5])

    def test_the_fullest_network_loses_its_oldest(self) -> None:
        """Of the undecided goes the oldest of the /24 with most of them, never the newcomer."""
        seats = self.take("10.0.0.1", "10.0.7.1", "10.0.7.2")
        self.assertIsNone(self.seats.crowded())
        seats += self.take("10.0.0.2")
        self.seats.decide(seats[0])
        self.assertIsNone(self.seats.crowded())
        seats += self.take("10.0.1.1")
        self.assertIs(self.seats.crowded(), seats[1])
        self.seats.leave(seats[1])
        self.assertIsNone(self.seats.crowded())

    @given(st.lists(st.tuples(st.sampled_from(["take", "decide", "leave"]), st.integers(0, 9)), max_size=60))
    def test_counts(self, steps: list[tuple[str, int]]) -> None:
        """Whatever comes and goes, the counts are those of who is there; nobody gone is kept."""
        self.setUp()
        there: dict[Seat, bool] = {}
        for step, number in steps:
            if step == "take":
                there[self.seats.take(at(f"10.0.{number % 2}.{number}"), number)] = True
            elif there:
                seat = list(there)[number % len(there)]
                getattr(self.seats, step)(seat)
                there[seat] = False
                if step == "leave":
                    del there[seat]
        self.assertEqual(list(self.seats), list(there))
        self.assertEqual(self.seats.undecided, sum(there.values()))
        for seat in list(there):
            self.seats.leave(seat)
        self.assertEqual((len(self.seats), self.seats.undecided), (0, 0))
        self.assertEqual((dict(self.seats._of_key), self.seats._undecided), ({}, {}))
