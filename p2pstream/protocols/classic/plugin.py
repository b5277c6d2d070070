"""The classic protocol as a plugin, found as everybody's is."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory, IStreamClientEndpoint

from p2pstream.content.addresses import Address
from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Sources, Stream, Want
from p2pstream.errors import SessionError
from p2pstream.interfaces import INode, ISource
from p2pstream.protocols.classic.lookup import LookupClientFactory, LookupFactory
from p2pstream.protocols.classic.messages import may_be_name
from p2pstream.protocols.classic.transfer import TransferClientFactory, TransferFactory, TransferSource
from p2pstream.protocols.registry import ThinProtocol

__all__ = ["Classic", "protocol"]


class Classic(ThinProtocol):
    """A bare name, answered with addresses by a central and with bytes by a peer."""

    name = "classic"
    version = "1"
    #: There is no preface to know it by, so it takes what nobody else does.
    fallback = True

    def sniff(self, prefix: bytes) -> Sniff:
        """Never certain: NO where the bytes can be nobody's name, else MORE."""
        return Sniff.MORE if may_be_name(prefix) else Sniff.NO

    def server_factory(self, node: INode) -> IProtocolFactory:
        """A central answers lookups, everybody else sends streams."""
        return LookupFactory(node) if node.role == "central" else TransferFactory(node)

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """Ask for addresses, or for a stream.

        :raises BadName: at once; nobody is asked for what cannot be.
        """
        if isinstance(want, Sources):
            return LookupClientFactory(node, want.name)
        if isinstance(want, Stream):
            return TransferClientFactory(node, want.name)
        raise SessionError("a classic peer knows names, and no keys")

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`.

        A lookup fails with `errors.NoCentral` when what answers is no central.  Why a dial
        failed is for those to say who know the address: Twisted's errors pass.
        """
        return Deferred.fromCoroutine(self._ask(endpoint, want, node))

    async def _ask(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> list[Address] | ISource:
        client: Any = await endpoint.connect(self.client_factory(node, want))
        if isinstance(want, Sources):
            addresses: list[Address] = await client.answer
            return addresses
        return TransferSource(client)


protocol = Classic()
