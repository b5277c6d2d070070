"""How a central is dialled: who answers proves that it is who answered there before."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.codes import Code
from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.errors import NoCentral, NotSpoken, OtherId, PeerError, Refused
from p2pstream.interfaces import INode
from p2pstream.protocols.central.caller import Caller
from p2pstream.protocols.link.protocol import LinkProtocol, dial

__all__ = ["Approach", "Endpoints", "KnownCentrals"]

_PEER = f"a peer answers there; write the address of a central, whose port is {CENTRAL_PORT} as a rule"

#: ``endpoint(address, tls)``: how it is dialled.
Endpoints = Callable[[Address, bool], IStreamClientEndpoint]


@dataclass(frozen=True)
class KnownCentrals:
    """Who answered first at an address: that is who must answer there from then on."""

    #: Ids, by address.
    ids: MutableMapping[str, bytes] = field(default_factory=dict)
    #: The file that they are in, for people.
    file: str = "pins"

    def counting_at(self, central: Address) -> KnownCentrals:
        """Those that count for one central, but none for one on this machine.

        Who listens here changes with every try, and nobody stands between.
        """
        return KnownCentrals({}, self.file) if central.scope == "loopback" else self

    def id_at(self, central: Address) -> bytes | None:
        """Who answered there first; None: nobody did."""
        return self.ids.get(str(central))


class Approach:
    """The way to one central.

    :param endpoint: how it is dialled: in plaintext only to find out whether it is one.
    :ivar is_outsider: whether it turned us away last, for it serves a group that we are not of.
    :ivar is_peer: whether who answered last was a peer of our kind, and so no central of any.
    """

    def __init__(self, address: Address, node: INode, endpoint: Endpoints, known: KnownCentrals) -> None:
        self.is_outsider = self.is_peer = False
        self._address = address
        self._node = node
        self._endpoint = endpoint
        self._known = known

    @property
    def has_id(self) -> bool:
        """Whether it ever proved who it is."""
        return self._known.id_at(self._address) is not None

    async def connect(self, caller: Caller) -> LinkProtocol:
        """A link on which ``caller`` may ask; cancelled, it is dialled no more.

        :raises NoCentral: who answers is no central, or another than before.
        :raises Refused: it serves a closed group that we are not of.
        """
        self.is_outsider = self.is_peer = False
        expected = self._known.id_at(self._address)
        if expected is None:
            await self._probe()
        link = await self._dial(True, caller, expected=expected)
        opposite = link.opposite
        if opposite is None or not opposite.bound or "central" not in opposite.families:
            link.close(Code.NOT_AUTHORISED)
            self.is_peer = opposite is not None and "native" in opposite.families
            raise NoCentral(_PEER if self.is_peer else "what answers there is none that proves who it is")
        self._known.ids.setdefault(str(self._address), opposite.id)
        return link

    async def _probe(self) -> None:
        """Find out whether it speaks this protocol: TLS would be the unknown name that ends an ancestor."""
        try:
            link = await self._dial(False, Caller(None, Deferred(), self._node), wary=True)
        except NotSpoken:
            raise NoCentral(f"{self._address} speaks the classic protocol only") from None
        link.close()

    async def _dial(self, tls: bool, caller: Caller, **options: Any) -> LinkProtocol:
        node, endpoint = self._node, self._endpoint(self._address, tls)
        dialling = dial(endpoint, node, caller.attend, **options)
        dialling.addTimeout(node.limits.connect_s, node.reactor)
        try:
            return await dialling
        except OtherId:
            cure = f"if it was set up anew, remove {self._known.file} and start again"
            raise NoCentral(f"its id is another than before; {cure}") from None
        except PeerError as fault:
            if fault.code != Code.NOT_AUTHORISED:
                raise
            raise NoCentral("it does not know the secret of our group, and is told nothing") from None
        except Refused as fault:
            self.is_outsider = fault.code == Code.NOT_AUTHORISED
            if not self.is_outsider:
                raise
            ours = "give it with --secret-file" if node.secret is None else "ours is another"
            raise Refused(f"it serves a closed group that has a secret: {ours}", fault.code) from None
