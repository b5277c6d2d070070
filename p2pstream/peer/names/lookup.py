"""What a name stands for, and who has it: asked of centrals in the best way that they know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.internet.task import deferLater

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.keys import Key, LiveKey
from p2pstream.content.links import Link
from p2pstream.content.listed import NATIVE, ListedName, ListedPeer
from p2pstream.content.signed.heads import Head
from p2pstream.content.tellers import is_near
from p2pstream.content.text import printable
from p2pstream.content.wants import Sources
from p2pstream.errors import NoCentral, NoSource, NotFound, P2PStreamError, UsageError
from p2pstream.interfaces import INode
from p2pstream.peer.dials import Dials
from p2pstream.peer.names.choice import choose, speaking
from p2pstream.peer.names.known import Known
from p2pstream.peer.names.publishers import Publishers
from p2pstream.peer.ways import Ways
from p2pstream.transport.networks.dialling import dial_trouble
from p2pstream.values import value

__all__ = ["AskedCentral", "Lookup", "ResolvedName"]


class AskedCentral(Protocol):
    """Centrals that are asked as if they were one, as `protocols.central.client.CentralClient`."""

    @property
    def teller(self) -> Address | None:
        """Which of them answered last."""

    def unproven(self) -> Sequence[Address]:
        """Those of them that never proved who they are, and may be of the ancestor's kind."""

    def start(self) -> None:
        """Begin to dial."""

    def resolve(self, name: str, most: int = 50) -> Deferred[tuple[ListedName, ...]]:
        """All that is known of a name, the owner's stream first."""

    def peers(self, key: Key, most: int = 50) -> Deferred[tuple[ListedPeer, ...]]:
        """Some of those who have a key, best first."""

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """The newest head of a broadcast that any of them knows of."""

    def beckon(self, id: bytes, key: Key, nonce: bytes, listen: Callable[[str], int]) -> Deferred[None]:
        """Have a peer dial us, on the port that ``listen`` gives for an IP address of ours."""

    def close(self) -> Deferred[None]:
        """Hang up."""


@value
class ResolvedName:
    """What a name stands for."""

    #: Who has it, best first.
    peers: tuple[ListedPeer, ...]
    #: The central that told of them.
    teller: Address
    #: None: nothing proves its bytes.
    key: Key | None = None
    #: Where more peers may be known; whoever has this closes it.
    asked: AskedCentral | None = None


class Lookup:
    """Asks for names and keys; a central of the ancestor's kind for names alone.

    In a closed group nobody is asked in the ancestor's way, which proves no secret.

    :param peer_port: the port of peers that are listed without one.
    :param publishers: whose streams the user took before; left out, nobody's.
    :param known: what centrals said in earlier runs; left out, nothing.
    :param kept: which of these keys are here already as a whole.
    """

    def __init__(
        self,
        node: INode,
        ways: Ways,
        dials: Dials,
        publishers: Publishers | None = None,
        known: Known | None = None,
        kept: Callable[[Collection[Key]], Deferred[Collection[Key]]] | None = None,
    ) -> None:
        self._node = node
        self._registry = ways.registry
        self._peer_port = ways.peer_port
        self._ask = None if ways.store is None else ways.ask
        self._dials = dials
        self._publishers = publishers or Publishers({}, node.events)
        self._known = known
        self._kept = kept

    async def find(self, link: Link) -> ResolvedName:
        """Somebody at least, or what is here already.

        :raises NoCentral: nobody there can be asked, and nobody said anything before.
        :raises NotFound: it knows nobody who has it.
        :raises NoSource: none of those can be dialled.
        :raises BadName: the ancestor's protocol, which alone is left, cannot ask for it.
        :raises UsageError: the secret of a closed group would be of no use, or a key.
        """
        if link.key is not None and self._ask is None:
            raise UsageError("a key is known only where streams have keys; leave --protocol classic out")
        if self._closed_group and self._ask is None:
            raise UsageError("a secret is kept only where streams have keys; leave --protocol classic out")
        if self._ask is None:
            # Nobody is asked for a name that cannot be sent, and so nobody is said to be.
            self._registry.get("classic").client_factory(self._node, Sources(link.name))
        central = ", ".join(map(str, link.centrals))
        self._node.events.happened("lookup_started", name=link.name, central=central)
        asked = None if self._ask is None else self._ask(*link.centrals)
        found = None if asked is None else await self._by_key(link, asked)
        if found is None:
            found = await self._by_name(link, link.centrals if asked is None else asked.unproven())
        if found.peers:
            told = [str(peer.address) for peer in found.peers]
            self._node.events.happened("lookup_done", name=link.name, central=str(found.teller), sources=told)
        else:
            self._node.events.happened("lookup_kept", name=link.name)
        return found

    async def _by_key(self, link: Link, asked: AskedCentral) -> ResolvedName | None:
        """What a central of our kind says, or said; None when there is none, but perhaps of another kind."""
        asked.start()
        kept = False
        try:
            found = await self._answered(link, asked)
            kept = found is not None and found.asked is not None
            return found
        finally:
            if not kept:
                await asked.close()

    async def _answered(self, link: Link, asked: AskedCentral) -> ResolvedName | None:
        try:
            if link.key is not None:
                return await self._holders(link, link.key, asked)
            return await self._asked(link, asked)
        except NoCentral:
            found = await self._remembered(link, asked)
            # In the ancestor's protocol a key would pass for a name, and anybody for a central.
            if found is None and (self._closed_group or link.key is not None or not asked.unproven()):
                raise
            return found

    async def _asked(self, link: Link, asked: AskedCentral) -> ResolvedName:
        """What they say; where that is that nobody has it just now, ask again for some seconds."""
        names, teller = await asked.resolve(link.name), asked.teller or link.central
        whole, until = await self._whole(_keys(names)), 0.0
        while (found := self._chosen(link, names, asked, teller, whole)) is None:
            if not names:
                title = printable(link.name, 80)
                raise NotFound(f"{teller} knows nobody who has “{title}”; check the spelling")
            until = await self._wait(link, until, self._nobody(link, teller, names))
            names, teller = await asked.resolve(link.name), asked.teller or link.central
        if self._known is not None and found.key is not None:
            self._known.put(link.name, link.centrals, teller, names)
        return found

    async def _holders(self, link: Link, key: Key, asked: AskedCentral) -> ResolvedName:
        """Who has the stream of a key; who has it himself need ask nobody."""
        if await self._whole([key]):
            return ResolvedName((), link.central, key, asked)
        listed, teller, until = await asked.peers(key), asked.teller or link.central, 0.0
        while not (peers := speaking(listed, NATIVE, teller, self._node.subnets())):
            unknown = NotFound(f"{teller} knows nobody who has {key} now; check the key, or try later")
            until = await self._wait(link, until, unknown)
            listed, teller = await asked.peers(key), asked.teller or link.central
        return ResolvedName(peers, teller, key, asked)

    async def _wait(self, link: Link, until: float, over: P2PStreamError) -> float:
        """Wait before the next question, and say so the first time; until when there is a next one.

        :raises P2PStreamError: ``over``, when there is none.
        """
        now, limits = self._node.reactor.seconds(), self._node.limits
        if not until:
            self._node.events.happened("lookup_waiting", name=link.name, seconds=limits.lookup_wait_s)
            until = now + limits.lookup_wait_s
        if now >= until:
            raise over
        await deferLater(self._node.reactor, limits.lookup_again_s)
        return until

    async def _remembered(self, link: Link, asked: AskedCentral) -> ResolvedName | None:
        """What was said before, in this run or another, when nobody says anything now."""
        answer = self._known.get(link.name, link.centrals) if self._known is not None else None
        if answer is None:
            return None
        teller, names = answer
        self._node.events.happened("lookup_remembered", name=link.name, central=str(teller))
        found = self._chosen(link, names, asked, teller, await self._whole(_keys(names)))
        if found is None:
            raise self._nobody(link, teller, names)
        return found

    @property
    def _closed_group(self) -> bool:
        return self._node.secret is not None

    def _chosen(
        self,
        link: Link,
        names: Sequence[ListedName],
        asked: AskedCentral,
        teller: Address,
        whole: Collection[Key],
    ) -> ResolvedName | None:
        """What is taken of what was told; None: nobody has any of it now."""
        ordered = self._publishers.ordered(names)
        choice = choose(ordered, teller, whole, not self._closed_group, self._node.subnets())
        if choice is None:
            return None
        if choice.rivals:
            self._node.events.happened("name_shared", name=link.name, count=choice.rivals + 1)
        self._publishers.took(link.name, choice.taken, names)
        return ResolvedName(choice.peers, teller, choice.key, asked if choice.key is not None else None)

    async def _whole(self, keys: Collection[Key]) -> Collection[Key]:
        return () if self._kept is None else await self._kept(keys)

    def _nobody(self, link: Link, teller: Address, names: Sequence[ListedName]) -> NoSource:
        title, subnets = printable(link.name, 80), self._node.subnets()
        far = (peer.address for each in names for peer in each.peers if not is_near(peer.address, subnets))
        if (elsewhere := next(far, None)) is not None:
            where = f"{elsewhere} is in a private network that this machine is not on; if yours, say --local"
            return NoSource(f"nobody who has “{title}” can be dialled from here: {where}")
        return NoSource(f"nobody who has “{title}” is there now; {teller} knows the name; try later")

    async def _by_name(self, link: Link, centrals: Iterable[Address]) -> ResolvedName:
        """The addresses that the ancestor's protocol tells, of the first of these that answers."""
        faults = list[str]()
        for central in centrals:
            asking = self._registry.get("classic").connect(
                self._dials(central), Sources(link.name), self._node
            )
            try:
                listed = [ListedPeer(self._ported(address)) for address in await asking]
            except (ConnectError, ConnectionClosed, DNSLookupError, OSError) as fault:
                # The plain OSError: an address that names a network of another machine, [fe80::1%eth9].
                faults.append(f"cannot reach the central {central}: {dial_trouble(fault)}")
                continue
            if not listed:
                title = printable(link.name, 80)
                raise NoSource(f"{central} lists no address for “{title}” that can be dialled")
            return ResolvedName(tuple(listed), central)
        said = "; ".join(faults)
        raise NoCentral(f"{said}; is the address right, and p2p-central running there?")

    def _ported(self, address: Address) -> Address:
        return Address(address.host, self._peer_port) if address.port == PEER_PORT else address


def _keys(names: Sequence[ListedName]) -> Collection[Key]:
    return [each.key for each in names if each.key is not None]
