"""A local network in memory, and what every `INeighbourhood` must do."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.interfaces import INeighbourhood

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["MemoryNeighbourhood", "NeighbourhoodContract"]


@implementer(INeighbourhood)
class MemoryNeighbourhood:
    """Everybody who is given the same one is on one network."""

    def __init__(self) -> None:
        self._said: dict[str, Nearby] = {}

    def advertise(self, who: Nearby) -> Callable[[], None]:
        """See `INeighbourhood`."""
        number, title = 1, who.title
        while title in self._said:
            number += 1
            title = f"{who.title}-{number}"
        self._said[title] = Nearby(title, who.address, who.role)

        def withdraw() -> None:
            self._said.pop(title, None)

        return withdraw

    def browse(self, seconds: float, role: NearbyRole = NearbyRole.CENTRAL) -> Sequence[Nearby]:
        """See `INeighbourhood`; nobody has to be waited for."""
        there = [near for near in self._said.values() if near.role is role]
        return sorted({near.address: near for near in reversed(there)}.values())

    def leave(self) -> None:
        """See `INeighbourhood`: nobody waits."""


class NeighbourhoodContract(_Case):
    """To be mixed into a test case that makes two neighbours of one network."""

    #: How long somebody is listened for.
    seconds = 0.0

    def neighbour(self) -> INeighbourhood:
        """Somebody on the network, who was not there before."""
        raise NotImplementedError

    def test_provides(self) -> None:
        """It is one."""
        self.assertTrue(verifyObject(INeighbourhood, self.neighbour()))

    def test_found_until_it_is_taken_back(self) -> None:
        """Another on the network finds it, under a title of its own, and then no more."""
        here, there = Nearby("kitchen", Address("127.0.0.1", 2045)), Address("127.0.0.1", 2046)
        central = NearbyRole.CENTRAL
        one, other, looking = self.neighbour(), self.neighbour(), self.neighbour()
        withdraw = one.advertise(here)
        try:
            self.assertEqual(list(looking.browse(self.seconds, central)), [here])
            again = other.advertise(Nearby("kitchen", there))
            try:
                titles = {near.address: near.title for near in looking.browse(self.seconds, central)}
                self.assertEqual(set(titles), {here.address, there})
                self.assertEqual(len(set(titles.values())), 2)
            finally:
                again()
        finally:
            withdraw()
        withdraw()
        self.assertEqual(list(looking.browse(self.seconds, central)), [])

    def test_each_role_for_itself(self) -> None:
        """Who looks for peers finds no central, and the other way about."""
        central = Nearby("kitchen", Address("127.0.0.1", 2045), NearbyRole.CENTRAL)
        peer = Nearby("hall", Address("127.0.0.1", 2050), NearbyRole.PEER)
        one, other, looking = self.neighbour(), self.neighbour(), self.neighbour()
        withdraw = [each.advertise(who) for each, who in ((one, central), (other, peer))]
        try:
            for who in (central, peer):
                found = list(looking.browse(self.seconds, who.role))
                self.assertEqual([(near, near.role) for near in found], [(who, who.role)])
        finally:
            for each in withdraw:
                each()

    def test_left(self) -> None:
        """Who left comes back soon, however long was to be listened; and what it said is still said."""
        one, looking = self.neighbour(), self.neighbour()
        withdraw = one.advertise(Nearby("hall", Address("127.0.0.1", 2050), NearbyRole.PEER))
        try:
            one.leave()
            began = time.monotonic()
            one.browse(60.0, NearbyRole.PEER)
            self.assertLess(time.monotonic() - began, 10.0)
            self.assertEqual(len(looking.browse(self.seconds, NearbyRole.PEER)), 1)
        finally:
            withdraw()
