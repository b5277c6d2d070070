"""A central that its network is told of, while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.errors import CannotListen
from p2pstream.interfaces import INeighbourhood
from p2pstream.roles.advertised import Advertised
from p2pstream.testing.nearby import MemoryNeighbourhood
from p2pstream.testing.node import HeardEvents

WHERE = Address("10.0.0.7", 2045)


@implementer(INeighbourhood)
class Deaf:
    """A network that cannot be told."""

    def advertise(self, who: Nearby) -> Callable[[], None]:
        """It says why."""
        raise CannotListen("no such network")

    def browse(self, seconds: float, role: NearbyRole) -> Sequence[Nearby]:
        """Nobody is there."""
        return ()

    def leave(self) -> None:
        """It was never there."""


class Threads:
    """A reactor whose threads are none: work is done when it is asked for."""

    def getThreadPool(self) -> Threads:
        """Itself."""
        return self

    def callInThreadWithCallback(self, told: Any, work: Any, *given: Any) -> None:
        """At once."""
        try:
            told(True, work(*given))
        except Exception:
            told(False, Failure())

    def callFromThread(self, work: Any, *given: Any) -> None:
        """At once."""
        work(*given)


class Inner:
    """What is run."""

    def __init__(self) -> None:
        self.did: list[str] = []

    def privilegedStartService(self) -> None:
        """Bind."""
        self.did.append("bind")

    def startService(self) -> None:
        """Start."""
        self.did.append("start")

    def stopService(self) -> Deferred[None]:
        """Stop."""
        self.did.append("stop")
        return succeed(None)

    def look_again(self) -> None:
        """Look."""
        self.did.append("look")


class AdvertisedTests(SynchronousTestCase):
    def advertised(self, network: Any) -> Advertised:
        """A service on that network, started."""
        self.inner, self.events = Inner(), HeardEvents()
        service = Advertised(self.inner, lambda: WHERE, network, self.events, Threads(), "kitchen")
        service.privilegedStartService()
        service.startService()
        return service

    def test_while_it_runs(self) -> None:
        """It is found as long as it serves."""
        network = MemoryNeighbourhood()
        service = self.advertised(network)
        self.assertEqual(list(network.browse(0.0)), [Nearby("kitchen", WHERE)])
        service.look_again()
        self.successResultOf(service.stopService())
        self.assertEqual(list(network.browse(0.0)), [])
        self.assertEqual(self.inner.did, ["bind", "start", "look", "stop"])

    def test_no_network(self) -> None:
        """It serves all the same, and says what others need to know."""
        service = self.advertised(Deaf())
        self.assertEqual(self.events.named("not_advertised"), [{"reason": "no such network"}])
        self.successResultOf(service.stopService())
        self.assertEqual(self.inner.did, ["bind", "start", "stop"])
