"""Two who fetch the same film, of whom one dialled the other: real links and stores, in memory."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import NATIVE, REACHABLE, ListedPeer
from p2pstream.content.units import UNIT
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.player_node import PlayerNode
from p2pstream.peer.streams import Streams
from p2pstream.peer.ways import Ways
from p2pstream.protocols.native.calls import Calls
from p2pstream.protocols.native.plugin import protocol as native
from p2pstream.protocols.native.visits import Visits
from p2pstream.protocols.node import Means
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.proofs.proven import ProvenFilm, prove, proven_film
from p2pstream.testing.wires.link import MemoryLink
from p2pstream.testing.wires.network import MemoryNetwork
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.turns.uplink import uplink_for
from tests.peer.viewing import LINK, Central, listed

FILM = proven_film(12 * UNIT + 7)
PORT = 2050
#: Where nobody answers.
NOWHERE = ListedPeer(Address("10.0.0.99", PORT), bytes(32), NATIVE, 1)


class Viewer:
    """One process, with a store of its own: what ``p2p-play`` and ``p2p-get`` put together."""

    def __init__(
        self,
        network: MemoryNetwork,
        host: str,
        folder: Path,
        limits: Limits = LIMITS,
        gives: bool = True,
        secret: bytes | None = None,
        upload: int | None = None,
    ) -> None:
        self.network, self.host, self.clock = network, host, network.clock
        self.heard, workers = HeardEvents(), InlineWorkers()
        self.disk = StateFolder(folder)
        self.store = Store(self.disk, workers, HeapClock())
        uplink = uplink_for(self.clock, upload, True, limits)
        means = Means(self.clock, self.heard, workers, Random(3), limits, secret=secret, uplink=uplink)
        self.node, self.own = PlayerNode(means), OwnStreams()
        self.node.visits = Visits(limits)
        if gives:
            self.node.give(self.own)
        # Where a called peer would come, too, as in `peer.client`.
        self.calls = Calls(self.node.giving(self.own) if gives else self.node, Calls(self.node))
        network.listen((host, PORT), self.calls)

    @property
    def listed(self) -> ListedPeer:
        """As a central tells of it."""
        return ListedPeer(Address(self.host, PORT), self.node.identity.id, NATIVE | REACHABLE, 1)

    def get(self, name: str) -> Viewer:
        """As a registry."""
        return self

    def connect(self, endpoint: Any, want: Any, node: Any) -> Deferred[Any]:
        """As the native protocol, over wires in memory."""
        where = self.network.client(endpoint._host, endpoint._port, self.host)
        return native.connect(where, want, node)

    def keep(self, test: SynchronousTestCase, film: ProvenFilm, first: int, stop: int) -> None:
        """These units are in the store already."""
        stream: Any = test.successResultOf(self.store.open(film.key))
        prove(stream, film)
        if stop > first:
            test.successResultOf(stream.put_units(first, memoryview(bytes(film.units(first, stop)))))
        stream.close()

    def fetch(self, test: SynchronousTestCase, *peers: ListedPeer, film: ProvenFilm = FILM) -> Any:
        """Fetch the film, of which a central lists these."""
        central = Central([listed(film, *peers)])
        streams = Streams(self.node, Ways(self, self.store, lambda _: central), own=self.own)  # type: ignore
        stream = test.successResultOf(streams.open(LINK))
        test.addCleanup(stream.close)
        return stream


class VisitorCase(SynchronousTestCase):
    def setUp(self) -> None:
        """A network in memory."""
        clock = self.clock = HeapClock()
        self.network = MemoryNetwork(clock, lambda hosts: MemoryLink(clock, delay=0.01, hosts=hosts))
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()

    def viewer(self, number: int, first: int = 0, stop: int = 0, **options: Any) -> Viewer:
        """One who has these units."""
        one = Viewer(self.network, f"10.0.0.{number}", self.folder / str(number), **options)
        self.addCleanup(one.disk.close)
        one.keep(self, FILM, first, stop)
        return one

    def whole(self, *streams: Any) -> list[bool]:
        """Which of them are."""
        return [stream.data.complete for stream in streams]


class BothWaysTests(VisitorCase):
    def test_half_each(self) -> None:
        """Only one dials, and both have all in the end, over that one link."""
        dials, dialled = self.viewer(1, 0, 6), self.viewer(2, 6, 13)
        theirs = dialled.fetch(self, NOWHERE)
        ours = dials.fetch(self, dialled.listed)
        self.clock.advance(5)
        self.assertEqual(self.whole(ours, theirs), [True, True])
        self.assertEqual(len(self.network.links), 1)
        for stream in (ours, theirs):
            self.assertIsNone(self.successResultOf(stream.done))

    def test_one_who_had_nothing(self) -> None:
        """What it takes from one it gives to the other, though it had nothing when it dialled."""
        near, far = self.viewer(2, 0, 6), self.viewer(3, 6, 13)
        newcomer = self.viewer(1)
        streams = [near.fetch(self, NOWHERE), far.fetch(self, NOWHERE)]
        streams.append(newcomer.fetch(self, near.listed, far.listed))
        self.clock.advance(10)
        self.assertEqual(self.whole(*streams), [True] * 3)
        self.assertEqual(len(self.network.links), 2)

    def test_who_gives_nothing(self) -> None:
        """With ``--no-upload`` nothing leaves, whoever dialled."""
        dials, dialled = self.viewer(1, 0, 6, gives=False), self.viewer(2, 6, 13)
        theirs = dialled.fetch(self, NOWHERE)
        ours = dials.fetch(self, dialled.listed)
        self.clock.advance(5)
        self.assertEqual((ours.data.have.total, theirs.data.have.total), (len(FILM.content), 6 * UNIT + 7))
        self.assertEqual(dials.node.uplink.sent, 0)

    def test_another_group(self) -> None:
        """A peer that is dialled and does not know the secret is given nothing, and is no source."""
        dials = self.viewer(1, 0, 6, secret=b"only among us, sixteen")
        dialled = self.viewer(2, 6, 13, secret=b"guessed, and too long")
        theirs = dialled.fetch(self, NOWHERE)
        ours = dials.fetch(self, dialled.listed)
        self.clock.advance(5)
        self.assertEqual(self.whole(ours, theirs), [False, False])
        self.assertEqual((dials.node.uplink.sent, dialled.node.uplink.sent), (0, 0))

    def test_both_dial(self) -> None:
        """Each is one source of the other and asks over the link that it dialled: nothing comes twice."""
        one, other = self.viewer(1, 0, 6), self.viewer(2, 6, 13)
        streams = [one.fetch(self, other.listed), other.fetch(self, one.listed)]
        self.clock.advance(5)
        self.assertEqual(self.whole(*streams), [True, True])
        self.assertEqual(len(self.network.links), 2)
        for each in (one, other):
            self.assertEqual(len(each.heard.named("source_connected")), 1)
        self.assertEqual((one.node.uplink.sent, other.node.uplink.sent), (6 * UNIT, 6 * UNIT + 7))

    def test_both_dial_and_one_link_goes_silent(self) -> None:
        """Whichever it is: the other goes on, and what was asked over the silent one is asked anew."""
        for silent in (0, 1):
            self.setUp()
            one, other = self.viewer(1, 0, 6, upload=UNIT), self.viewer(2, 6, 13, upload=UNIT)
            streams = [one.fetch(self, other.listed), other.fetch(self, one.listed)]
            self.clock.advance(1)
            self.assertEqual((self.whole(*streams), len(self.network.links)), ([False, False], 2))
            self.network.links[silent].delay = 1e6
            self.clock.advance(LIMITS.link_dead_s)
            self.assertEqual(self.whole(*streams), [silent == 1, silent == 0])
            self.clock.advance(LIMITS.link_dead_s)
            self.assertEqual(self.whole(*streams), [True, True])

    def test_a_limit(self) -> None:
        """What is sent over a link that we dialled counts, and waits for its turn."""
        dials, dialled = self.viewer(1, 0, 12, upload=UNIT), self.viewer(2, 12, 13)
        theirs = dialled.fetch(self, NOWHERE)
        dials.fetch(self, dialled.listed)
        self.clock.advance(4)
        self.assertLessEqual(theirs.data.have.total, 8 * UNIT)
        self.clock.advance(20)
        self.assertEqual(self.whole(theirs), [True])
        self.assertEqual((dials.node.uplink.sent, len(self.network.links)), (12 * UNIT, 1))
