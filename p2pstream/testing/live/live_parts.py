"""What whatever takes part in broadcasts must do, and a broadcast that keeps what it is fed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey, LiveKey
from p2pstream.errors import SessionError
from p2pstream.interfaces import IBroadcast, ILiveNeighbour, ILiveParty, ILiveStreams
from p2pstream.testing.bytes.consumers import CountingProducer

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["BroadcastContract", "FedBroadcast", "LiveNeighbourContract", "LivePartyContract"]


@implementer(IBroadcast, IConsumer)
class FedBroadcast:
    """Keeps each put: bytes, whether one may begin there, whether times go on."""

    bitrate = 0.0

    def __init__(self) -> None:
        self.puts: list[tuple[bytes, bool, bool]] = []
        self.producer: Any = None
        self._over = False

    @property
    def content(self) -> bytes:
        """All of it."""
        return b"".join(content for content, _, _ in self.puts)

    def put(
        self,
        content: bytes,
        rap: bool = False,
        discontinuity: bool = False,
        captured_ms: int | None = None,
        clock_s: float | None = None,
    ) -> None:
        """As `IBroadcast` says."""
        if self._over:
            raise SessionError("bytes were fed into a broadcast that is over")
        self.puts.append((content, rap, discontinuity))

    def write(self, data: bytes) -> None:
        """As `IBroadcast` says."""
        self.put(data)

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """As `IBroadcast` says."""
        if self.producer is not None:
            raise RuntimeError("a broadcast is fed by one producer at a time")
        self.producer = producer

    def unregisterProducer(self) -> None:
        """As `IBroadcast` says."""
        self.producer = None

    def end(self) -> Deferred[FileKey]:
        """As `IBroadcast` says."""
        self._over = True
        return succeed(Tree.of_leaves(len(self.content), leaf_hashes(self.content)).key)

    def stop(self) -> Deferred[None]:
        """As `IBroadcast` says."""
        self._over = True
        return succeed(None)


class BroadcastContract(_Case):
    """The contract of `IBroadcast`."""

    def make_broadcast(self) -> Any:
        """One that nothing was fed into yet."""
        raise NotImplementedError

    def pass_time(self) -> None:
        """Let what was begun come to its end, where that takes its time."""

    async def test_provides_broadcast(self) -> None:
        """The provider has all that the interface promises."""
        broadcast = self.make_broadcast()
        self.assertTrue(verifyObject(IBroadcast, broadcast))
        await broadcast.stop()

    async def test_one_feeds_at_a_time(self) -> None:
        """A second producer is refused, until the first one leaves."""
        broadcast = self.make_broadcast()
        broadcast.registerProducer(CountingProducer(), True)
        self.assertRaises(RuntimeError, broadcast.registerProducer, CountingProducer(), True)
        broadcast.unregisterProducer()
        broadcast.registerProducer(CountingProducer(), True)
        broadcast.unregisterProducer()
        await broadcast.stop()

    async def test_a_film_of_all(self) -> None:
        """What was fed in, by ``put`` and by ``write``, is as long as the film at its end."""
        broadcast = self.make_broadcast()
        broadcast.put(b"a" * 20_000, rap=True)
        broadcast.write(b"b" * 20_000)
        broadcast.put(b"c" * 7, discontinuity=True, captured_ms=1_800_000_000_000)
        ended = broadcast.end()
        self.pass_time()
        self.assertEqual((await ended).length, 40_007)
        self.assertRaises(SessionError, broadcast.put, b"more")
        await broadcast.stop()

    async def test_stopped(self) -> None:
        """Nothing more is taken, and stopping again is harmless."""
        broadcast = self.make_broadcast()
        broadcast.put(b"a" * 20_000)
        self.pass_time()
        await broadcast.stop()
        await broadcast.stop()
        self.assertRaises(SessionError, broadcast.write, b"more")


class LivePartyContract(_Case):
    """The contract of `ILiveParty`, and of the `ILiveStreams` that it is found in."""

    def make_party(self) -> Any:
        """One that takes part in a broadcast of which nothing came yet."""
        raise NotImplementedError

    def make_neighbour(self) -> Any:
        """Another who takes part in the same one, as a party sees it."""
        raise NotImplementedError

    def make_streams(self, party: Any) -> Any:
        """Where that party is found."""
        raise NotImplementedError

    def test_provides_party(self) -> None:
        """The providers have all that the interfaces promise."""
        party = self.make_party()
        self.assertTrue(verifyObject(ILiveParty, party))
        self.assertTrue(verifyObject(ILiveStreams, self.make_streams(party)))
        self.assertGreaterEqual(min(party.uplink, party.oldest), 0)

    def test_found_by_its_key(self) -> None:
        """That one, and none in a broadcast in which we take no part."""
        party = self.make_party()
        streams = self.make_streams(party)
        self.assertIs(streams.party(party.key), party)
        self.assertIsNone(streams.party(LiveKey(b"?" * 32)))

    def test_nothing_is_at_hand(self) -> None:
        """Whatever is asked for or told before there is anything, nobody raises."""
        party, neighbour = self.make_party(), self.make_neighbour()
        party.met(neighbour)
        self.assertIsNone(party.leaf(0))
        for said in (("subscribed", 3), ("given", 3), ("unsubscribed", 3), ("ended_slices", 0, 0)):
            getattr(party, said[0])(neighbour, *said[1:])
        party.told_leaves(neighbour, 0, [(0, 5)])
        party.told_leaves(neighbour, 2, [(0, 1)])
        party.asked(neighbour, 7, 500)
        party.turned_down(neighbour, 7, True)
        party.asked_slices(neighbour, 0, 16)
        party.came(neighbour, 7, b"nobody asked for that")
        party.lost(neighbour, 0)

    def test_of_one_that_is_gone(self) -> None:
        """What is still heard of it does nothing."""
        party, neighbour = self.make_party(), self.make_neighbour()
        party.met(neighbour)
        party.lost(neighbour, 0)
        party.lost(neighbour, 0)
        party.subscribed(neighbour, 1)
        party.came(neighbour, 0, b"late")
        party.heard_slice(neighbour, b"no head", b"")


class LiveNeighbourContract(_Case):
    """The contract of `ILiveNeighbour`."""

    def make_neighbour(self) -> Any:
        """What one party knows of another."""
        raise NotImplementedError

    def heard(self) -> list[str]:
        """What the other was told since it was asked last, by the names of `ILiveParty`'s methods."""
        raise NotImplementedError

    def test_provides_neighbour(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(ILiveNeighbour, self.make_neighbour()))

    def test_is_heard(self) -> None:
        """What is said reaches the other end, in that order."""
        neighbour = self.make_neighbour()
        self.heard()
        neighbour.subscribe(1)
        neighbour.tell_leaves(0, [(0, 3)])
        neighbour.ask(2, 500)
        neighbour.end_slices(0, 0)
        self.assertEqual(self.heard(), ["subscribed", "told_leaves", "asked", "ended_slices"])

    def test_left(self) -> None:
        """Nothing more is said, and leaving again is harmless; the other hears of it once."""
        neighbour = self.make_neighbour()
        self.heard()
        neighbour.leave(0)
        neighbour.subscribe(1)
        neighbour.leave(0)
        self.assertEqual(self.heard(), ["lost"])
