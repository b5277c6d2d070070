"""The address that a command gives to players."""

from __future__ import annotations

import errno
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.testing import MemoryReactorClock

from p2pstream.commands.showing.address import FilmAddress
from p2pstream.content.links import Link
from p2pstream.data.memory import MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.errors import CannotListen
from p2pstream.peer.untold import Untold
from p2pstream.protocols.node import Means
from p2pstream.testing.fetching import FetchesContract, WholeContract
from p2pstream.testing.workers import InlineWorkers
from tests.peer.resident import ResidentCase
from tests.transport.ports.test_listening import RefusingReactor


class Opened:
    """A stream of a command, with nothing of it here."""

    broadcast = None

    def __init__(self, view: Any) -> None:
        self.data = PartialData(MemoryFile(), InlineWorkers())
        self.view = view
        self.done: Deferred[None] = Deferred()


class AddressTests(FetchesContract, WholeContract, ResidentCase):
    def setUp(self) -> None:
        """A reactor that listens in memory."""
        super().setUp()
        self.reactor = MemoryReactorClock()
        self.means = Means(self.reactor, Untold(), InlineWorkers())

    def make_fetches(self) -> FilmAddress:
        """One that has its film."""
        address = FilmAddress(self.means, self.there, 0)
        address.show(Opened(self.opened()))  # type: ignore[arg-type]
        return address

    def make_whole(self) -> Any:
        """See `WholeContract`."""
        address, opened = FilmAddress(self.means, self.there, 0), Opened(self.opened())
        address.show(opened)  # type: ignore[arg-type]
        stream = self.fetched(address)
        opened.done.callback(None)
        return stream

    def settle(self, waiting: Deferred[Any]) -> None:
        """Nothing takes time here."""

    def test_who_asks_before(self) -> None:
        """Waits until there is a film."""
        address = FilmAddress(self.means, self.there, 0)
        one, two = address.fetch(self.there), address.fetch(self.there)
        two.cancel()
        self.failureResultOf(two)
        self.assertNoResult(one)
        opened = Opened(self.opened())
        address.show(opened)  # type: ignore[arg-type]
        self.assertIs(self.successResultOf(one).data, opened.data)

    def test_F18_taken(self) -> None:
        """The option that chooses another port is the one that chose this."""
        means = Means(RefusingReactor(errno.EADDRINUSE), Untold(), InlineWorkers())
        refused = self.assertRaises(CannotListen, FilmAddress, means, self.there, 8888)
        self.assertRegex(str(refused), r"port 8888 .* another with --http-port\Z")

    def test_where(self) -> None:
        """On this machine alone, at an address with nothing in it that means anything."""
        link = Link.parse("p2pstream://10.0.0.9:77,[fd00::1]/a%20%22film%22%20%24%28id%29.mp4")
        address = FilmAddress(self.means, link, 8888)
        ((port, _, _, host),) = self.reactor.tcpServers
        self.assertEqual((port, host), (8888, "127.0.0.1"))
        self.assertRegex(
            address.url,
            r"\Ahttp://[0-9.:]+/stream/10\.0\.0\.9:77,\[fd00::1\]/a%20%22film%22%20%24%28id%29\.mp4\Z",
        )
        self.successResultOf(Deferred.fromCoroutine(address.close()))
