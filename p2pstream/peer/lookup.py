"""What a name stands for, and who has it: asked of a central in the best way that it knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.keys import FileKey, Key
from p2pstream.content.links import Link
from p2pstream.content.listed import CLASSIC, NATIVE, ListedName, ListedPeer
from p2pstream.content.tellers import dialable
from p2pstream.content.text import printable
from p2pstream.content.wants import Sources
from p2pstream.errors import NoCentral, NoSource, NotFound, UsageError
from p2pstream.interfaces import INode
from p2pstream.peer.dials import Dials
from p2pstream.protocols.registry import Registry
from p2pstream.transport.dialling import dial_trouble

__all__ = ["AskedCentral", "Lookup", "ResolvedName"]


class AskedCentral(Protocol):
    """A central that is asked, as `protocols.central.client.CentralClient`."""

    def start(self) -> None:
        """Begin to dial."""

    def resolve(self, name: str, most: int = 50) -> Deferred[tuple[ListedName, ...]]:
        """All that is known of a name, the owner's stream first."""

    def peers(self, key: Key, most: int = 50) -> Deferred[tuple[ListedPeer, ...]]:
        """Some of those who have a key, best first."""

    def close(self) -> Deferred[None]:
        """Hang up."""


@dataclass(frozen=True)
class ResolvedName:
    """What a name stands for."""

    #: Who has it, best first.
    peers: tuple[ListedPeer, ...]
    #: None: nothing proves its bytes.
    key: FileKey | None = None
    #: Where more peers may be known; whoever has this closes it.
    asked: AskedCentral | None = None


class Lookup:
    """Asks for names and keys; a central of the ancestor's kind for names alone.

    In a closed group nobody is asked in the ancestor's way, which proves no secret.

    :param peer_port: the port of peers that are listed without one.
    :param ask: makes what asks a central; without it all are of the ancestor's kind.
    """

    def __init__(
        self,
        node: INode,
        registry: Registry,
        dials: Dials,
        peer_port: int = PEER_PORT,
        ask: Callable[[Address], AskedCentral] | None = None,
    ) -> None:
        self._node = node
        self._registry = registry
        self._dials = dials
        self._peer_port = peer_port
        self._ask = ask

    async def find(self, link: Link) -> ResolvedName:
        """Somebody at least.

        :raises NoCentral: nobody there can be asked.
        :raises NotFound: it knows nobody who has it.
        :raises NoSource: none of those can be dialled.
        :raises BadName: the ancestor's protocol, which alone is left, cannot ask for it.
        :raises UsageError: the secret of a closed group would be of no use.
        """
        if self._closed_group and self._ask is None:
            raise UsageError("a secret is kept only where streams have keys; leave --protocol classic out")
        if self._ask is None:
            # Nobody is asked for a name that cannot be sent, and so nobody is said to be.
            self._registry.get("classic").client_factory(self._node, Sources(link.name))
        self._node.events.happened("lookup_started", name=link.name, central=str(link.central))
        found = await self._by_key(link) if self._ask is not None else None
        if found is None:
            found = ResolvedName(tuple(map(ListedPeer, await self._by_name(link))))
        told = [str(peer.address) for peer in found.peers]
        self._node.events.happened("lookup_done", name=link.name, central=str(link.central), sources=told)
        return found

    async def _by_key(self, link: Link) -> ResolvedName | None:
        """What a central of our kind says; None when it is not one."""
        assert self._ask is not None
        asked = self._ask(link.central)
        asked.start()
        kept = False
        try:
            found = self._chosen(link, await asked.resolve(link.name), asked)
            kept = found.asked is not None
            return found
        except NoCentral:
            if self._closed_group:
                raise
            return None
        finally:
            if not kept:
                await asked.close()

    @property
    def _closed_group(self) -> bool:
        return self._node.secret is not None

    def _chosen(self, link: Link, names: Sequence[ListedName], asked: AskedCentral) -> ResolvedName:
        """The first that has a key and peers who prove it; else all who send it unproven."""
        by = link.central
        proven = [each for each in names if isinstance(each.key, FileKey) and _speaking(each, NATIVE, by)]
        if proven:
            best, key = proven[0], proven[0].key
            assert isinstance(key, FileKey)
            if len(proven) > 1:
                self._node.events.happened("name_shared", name=link.name, count=len(proven))
            return ResolvedName(_speaking(best, NATIVE, by), key, asked)
        plain = tuple(peer for each in names for peer in _speaking(each, CLASSIC, by))
        if plain and not self._closed_group:
            return ResolvedName(plain)
        title = printable(link.name, 80)
        if names:
            raise NoSource(f"nobody who has “{title}” is there now; {link.central} knows the name; try later")
        raise NotFound(f"{link.central} knows nobody who has “{title}”; check the spelling")

    async def _by_name(self, link: Link) -> list[Address]:
        """The addresses that the ancestor's protocol tells."""
        asking = self._registry.get("classic").connect(
            self._dials(link.central), Sources(link.name), self._node
        )
        try:
            listed = [self._ported(address) for address in await asking]
        except (ConnectError, ConnectionClosed, DNSLookupError, OSError) as fault:
            # The plain OSError: an address that names a network of another machine, [fe80::1%eth9].
            said = f"cannot reach the central {link.central}: {dial_trouble(fault)}"
            raise NoCentral(f"{said}; is the address right, and p2p-central running there?") from None
        if not listed:
            title = printable(link.name, 80)
            raise NoSource(f"{link.central} lists no address for “{title}” that can be dialled")
        return listed

    def _ported(self, address: Address) -> Address:
        return Address(address.host, self._peer_port) if address.port == PEER_PORT else address


def _speaking(listed: ListedName, flag: int, by: Address) -> tuple[ListedPeer, ...]:
    speaking = (peer for peer in listed.peers if peer.flags & flag)
    return tuple(dialable(speaking, lambda peer: peer.address, by))
