"""A local network in memory, and what every `INeighbourhood` must do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby
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

    def advertise(self, central: Nearby) -> Callable[[], None]:
        """See `INeighbourhood`."""
        number, title = 1, central.title
        while title in self._said:
            number += 1
            title = f"{central.title}-{number}"
        self._said[title] = Nearby(title, central.address)

        def withdraw() -> None:
            self._said.pop(title, None)

        return withdraw

    def browse(self, seconds: float) -> Sequence[Nearby]:
        """See `INeighbourhood`; nobody has to be waited for."""
        return sorted({near.address: near for near in reversed(self._said.values())}.values())


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
        one, other, looking = self.neighbour(), self.neighbour(), self.neighbour()
        withdraw = one.advertise(here)
        try:
            self.assertEqual(list(looking.browse(self.seconds)), [here])
            again = other.advertise(Nearby("kitchen", there))
            try:
                titles = {near.address: near.title for near in looking.browse(self.seconds)}
                self.assertEqual(set(titles), {here.address, there})
                self.assertEqual(len(set(titles.values())), 2)
            finally:
                again()
        finally:
            withdraw()
        withdraw()
        self.assertEqual(list(looking.browse(self.seconds)), [])
