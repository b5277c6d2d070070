"""A node for tests of protocols, which say what it knows and shares, and what all nodes must do."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer, IReactorTime
from twisted.web.resource import IResource
from zope.interface import directlyProvides, implementer
from zope.interface.verify import verifyObject

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.names import NameTable
from p2pstream.content.signing import Identity
from p2pstream.content.tellers import Subnets
from p2pstream.content.text import printable
from p2pstream.data.memory import BufferData
from p2pstream.errors import NotShared
from p2pstream.events import EVENTS
from p2pstream.interfaces import (
    IData,
    IDownlink,
    IEvents,
    ILiveStreams,
    IMeter,
    INames,
    INode,
    IOpened,
    IStream,
    ITraffic,
    IUplink,
    IVersioned,
    IWorkers,
)
from p2pstream.limits import LIMITS, Limits
from p2pstream.measuring.metrics import Metrics
from p2pstream.measuring.traffic import Traffic
from p2pstream.testing.workers import InlineWorkers
from p2pstream.transport.turns.free import FreeUplink

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["FakeNode", "HeardEvents", "Names", "NodeContract"]


@implementer(IEvents)
class HeardEvents:
    """Keeps what happened, and refuses what no list knows."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def happened(self, event: str, **fields: Any) -> None:
        """Keep it; an unknown event or field is an `AssertionError`."""
        assert set(fields) == set(EVENTS[event].fields), (event, fields)
        self.heard.append((event, fields))

    def named(self, event: str) -> list[dict[str, Any]]:
        """The fields of every event of that name, in order."""
        return [fields for name, fields in self.heard if name == event]


@implementer(INames)
class Names(NameTable):
    """The table of names, said to be one."""


@implementer(IOpened)
class LentData:
    """A shared stream, opened for one reader; the node counts those not given back."""

    seekable = True

    def __init__(self, data: IData, node: FakeNode) -> None:
        self.version = ""
        self._data = data
        self._node = node
        self._open = True
        self.length = data.length
        node.lent += 1

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        assert self._open, "read after close"
        return self._data.read_to(consumer, start, stop)

    def close(self) -> None:
        """Give it back; harmless when done twice."""
        self._node.lent -= self._open
        self._open = False


@implementer(INode)
class FakeNode:
    """A central, when given who has what; a peer, when given streams.

    :param reactor: usually a `p2pstream.testing.clock.HeapClock`.
    :param known: on a central: names, and who has them.
    :param shared: on a peer: names, and their bytes or any `IData`.
    :param streams: on a peer: keys, and their streams.
    :param identity: left out, one that nobody else has.
    :param secret: that of a closed group.
    :param uplink: left out, one without a limit.
    """

    gives = False

    def __init__(
        self,
        reactor: IReactorTime,
        known: Mapping[str, Sequence[Address]] | None = None,
        shared: Mapping[str, bytes | IData] | None = None,
        limits: Limits = LIMITS,
        streams: Mapping[FileKey, IStream] | None = None,
        identity: Identity | None = None,
        secret: bytes | None = None,
        uplink: IUplink | None = None,
    ) -> None:
        self.role = "peer" if known is None else "central"
        self.reactor = reactor
        self.random = Random(0)
        self.limits = limits
        self.events: IEvents = HeardEvents()
        self.workers: IWorkers = InlineWorkers()
        self.names: INames = Names([*(known or ()), *(shared or ())])
        self.identity = identity or Identity.generate(os.urandom(32))
        self.secret = secret
        self.uplink: IUplink = uplink or FreeUplink()
        self.introductions: Any = None
        self.visits: Any = None
        self.resources: dict[bytes, IResource] = {}
        self.hostnames: Collection[str] = ()
        self.live: ILiveStreams | None = None
        #: What was measured so far, and who gave what to whom.
        self.measured, self.moved = Metrics(), Traffic(reactor.seconds)
        self.meter: IMeter = self.measured
        self.traffic: ITraffic = self.moved
        self.subnets: Callable[[], Subnets | None] = lambda: None
        self.downlink: IDownlink | None = None
        #: How many opened streams were not closed yet.
        self.lent = 0
        #: What somebody found wrong.
        self.doubted: list[FileKey] = []
        self._known = dict(known or {})
        self._shared = dict(shared or {})
        self._streams = dict(streams or {})

    @property
    def heard(self) -> HeardEvents:
        """What happened so far."""
        assert isinstance(self.events, HeardEvents)
        return self.events

    def lookup(self, name: str, asker: Address | None = None) -> Sequence[Address]:
        """Who has it, as the test said."""
        return self._known.get(name, ())

    def open(self, name: str) -> Deferred[IOpened]:
        """What the test shares."""
        if name not in self._shared:
            return fail(NotShared(f"“{printable(name, 80)}” is not shared here"))
        content = self._shared[name]
        if not isinstance(content, bytes):
            return succeed(LentData(content, self))
        lent = LentData(BufferData(content), self)
        lent.version = sha256(content).hexdigest()
        directlyProvides(lent, IVersioned)
        return succeed(lent)

    def open_key(self, key: FileKey) -> Deferred[IStream]:
        """What the test shares under that key."""
        if key not in self._streams:
            return fail(NotShared(f"{key.text} is not shared here"))
        return succeed(self._streams[key])

    def doubt(self, key: FileKey) -> None:
        """Keep it for the test."""
        self.doubted.append(key)


class NodeContract(_Case):
    """The contract of `INode`; for trial's ``SynchronousTestCase``."""

    def make_node(self) -> Any:
        """An `INode` that is ready, and has nothing called ``nobody has this``."""
        raise NotImplementedError

    def test_provides_node(self) -> None:
        """The provider has all that the interface promises, and so have its parts."""
        node = self.make_node()
        self.assertTrue(verifyObject(INode, node))
        self.assertTrue(verifyObject(IReactorTime, node.reactor))
        self.assertTrue(verifyObject(INames, node.names))
        self.assertTrue(verifyObject(IEvents, node.events))
        self.assertTrue(verifyObject(IWorkers, node.workers))
        self.assertTrue(verifyObject(ITraffic, node.traffic))
        self.assertTrue(verifyObject(IMeter, node.meter))
        self.assertIsInstance(node.limits, Limits)
        self.assertIsInstance(node.random, Random)
        self.assertIn(node.role, ("central", "peer", "player"))
        self.assertIsInstance(node.identity, Identity)
        self.assertTrue(node.secret is None or isinstance(node.secret, bytes))

    def test_nobody_has_this(self) -> None:
        """Of a name that is not known nobody is told, and nothing is opened."""
        node = self.make_node()
        name = "nobody has this"
        self.assertNotIn(name, node.names)
        self.assertEqual(list(node.lookup(name)), [])
        self.failureResultOf(node.open(name), NotShared)
        self.failureResultOf(node.open_key(FileKey(bytes(range(32)), 70_000)), NotShared)
