"""A whole central in memory, without its port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.central.desk import Desk
from p2pstream.central.directory import Directory
from p2pstream.central.leasing.leases import Leases
from p2pstream.central.mappings.mapped import MappedNames
from p2pstream.central.mappings.table import Table
from p2pstream.central.names.catalogue_memory import MemoryCatalogue
from p2pstream.central.node import CentralNode
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import sign_record
from p2pstream.content.signing import Identity
from p2pstream.interfaces import ICatalogue
from p2pstream.limits import LIMITS
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.node import Means
from p2pstream.testing.central.central import MemoryGuest
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from p2pstream.testing.workers import InlineWorkers

NOW = 1_800_000_000_000
KEYS = [FileKey(bytes((number,)) * 32, 1_000_000) for number in range(1, 10)]


def who(number: int) -> Identity:
    """Some identity."""
    return Identity(bytes((number,)) * 32)


def record(name: str, key: FileKey | None = KEYS[0], publisher: int = 1, **fields: Any) -> bytes:
    """A signed record."""
    return sign_record(who(publisher), name, key, fields.pop("now_ms", NOW), **fields).raw


class CentralCase(SynchronousTestCase):
    """A desk, all that is behind it, and visitors."""

    #: The networks of this machine.
    subnets: Any = None

    def setUp(self) -> None:
        """An empty one."""
        self.build(MemoryCatalogue())

    def build(self, catalogue: ICatalogue, **limits: Any) -> Desk:
        """A central with that catalogue."""
        self.limits = replace(LIMITS, **limits)
        self.clock, self.wall_ms, self.dialled = HeapClock(1000.0), NOW, list[Address]()
        self.answer: Callable[[], Any] | None = None
        self.events, self.table = HeardEvents(), Table()
        self.directory = Directory(
            catalogue,
            Leases(Random(1), self.limits),
            self.table,
            self.clock.seconds,
            lambda: self.wall_ms,
            self.limits,
        )
        self.means = Means(
            self.clock,
            self.events,
            InlineWorkers(),
            Random(1),
            self.limits,
            subnets=lambda: self.subnets,
            wall_ns=lambda: self.wall_ms * 1_000_000,
        )
        self.desk = Desk(self.means, self.directory, self.endpoint, lambda: 2045)
        self.node = CentralNode(self.means, self.directory, self.desk)
        self.addCleanup(self.desk.stop)
        return self.desk

    def endpoint(self, address: Address) -> IStreamClientEndpoint:
        """Whom the central dials."""
        self.dialled.append(address)
        return MemoryEndpoint(self.clock, self.answer)

    def map(self, **names: str) -> None:
        """What a mapping file says."""
        addresses = {
            name: tuple(Address(host, 2050) for host in hosts.split()) for name, hosts in names.items()
        }
        self.table.replace(addresses, MappedNames(addresses))

    def visit(self, number: int, host: str = "", ours: str = "10.0.0.1") -> MemoryGuest:
        """Somebody is there, bound."""
        visitor = MemoryGuest(who(number).id, Address(host or f"10.0.{number}.2", 40000), ours)
        self.desk.joined(visitor)
        return visitor

    def ask(self, visitor: MemoryGuest, request: Any) -> Any:
        """The answer."""
        answer = self.desk.ask(visitor, request)
        if isinstance(answer, Deferred) and not answer.called:
            # It waits for its turn.
            self.clock.advance(0)
        return self.successResultOf(answer) if isinstance(answer, Deferred) else answer

    def announce(
        self, visitor: MemoryGuest, *keys: FileKey, port: int = 2050, speaks: int = 3
    ) -> say.Announced:
        """Claim to have these."""
        offers = tuple(say.Claim(key.encode()) for key in keys)
        announced: say.Announced = self.ask(visitor, say.Announce(1, port, speaks, 0, 0, offers))
        return announced

    def publish(self, visitor: MemoryGuest, raw: bytes) -> None:
        """Have a name known."""
        self.assertEqual(self.ask(visitor, say.Publish(2, raw)), say.Done(2))

    def resolve(self, visitor: MemoryGuest, name: str, most: int = 50) -> list[tuple[int, list[str]]]:
        """Standings, and hosts of the peers, of what is of a name."""
        resolved = self.ask(visitor, say.Resolve(3, most, name))
        say.decode(say.frame(resolved))
        return [(row.standing, [peer.address.host for peer in row.peers]) for row in resolved.rows]
