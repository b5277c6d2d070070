"""Who of those that we were told of somebody is who dialled us."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import ListedPeer
from p2pstream.limits import LIMITS
from p2pstream.peer.fetching.guests import Guests

ID = b"i" * 32
HOME, CAME, ELSEWHERE = Address("10.0.0.1", 2050), Address("10.0.0.1", 40_000), Address("10.0.0.2", 40_000)


def visitor(address: Address, bound: bool = False, id: bytes = ID) -> Any:
    """One at the other end of a link."""
    return SimpleNamespace(address=address, bound=bound, id=id)


class GuestsTests(SynchronousTestCase):
    def test_known(self) -> None:
        """It is whom a central told of, if it has that id and host; or the id, where none can be borrowed."""
        guests, peers = Guests(), [ListedPeer(HOME, ID), ListedPeer(ELSEWHERE, b"o" * 32)]
        self.assertEqual(list(guests.known(visitor(CAME), peers)), [HOME])
        self.assertEqual(list(guests.known(visitor(ELSEWHERE), peers)), [])
        self.assertEqual(list(guests.known(visitor(ELSEWHERE, bound=True), peers)), [HOME])
        self.assertEqual(list(guests.known(visitor(CAME, id=b"x" * 32), peers)), [])

    def test_told_of_later(self) -> None:
        """Whom a central tells of has come before, if the host is the same."""
        guests = Guests()
        guests.add(visitor(CAME))
        self.assertEqual(guests.of(ListedPeer(HOME, ID)), [CAME])
        self.assertEqual(guests.of(ListedPeer(Address("10.0.0.2", 2050), ID)), [])
        self.assertEqual(guests.of(ListedPeer(HOME, b"x" * 32)), [])

    def test_bounded(self) -> None:
        """As many are remembered as peers tell of; the oldest is forgotten for one more."""
        guests = Guests()
        for number in range(LIMITS.exchange_kept + 1):
            guests.add(visitor(Address("10.0.0.1", 10_000 + number)))
        there = guests.of(ListedPeer(HOME, ID))
        self.assertEqual((len(there), there[0].port), (LIMITS.exchange_kept, 10_001))
