"""What publishers may speak on a listening port, beside whatever else is spoken there."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IProtocolFactory

from p2pstream.content.publishing import Published, PublishSession
from p2pstream.content.sniff import Sniff
from p2pstream.errors import PeerError
from p2pstream.interfaces import INode
from p2pstream.protocols.registry.thin import ThinProtocol
from p2pstream.transport.publishing import Admit, PublisherFactory

__all__ = ["Gibberish", "Publishing"]


class Publishing(ThinProtocol):
    """What a publisher may speak on that port.

    :param node: in whose name, whoever else speaks on that port.
    :param make: a session for one connection.
    """

    version = ""

    def __init__(
        self,
        name: str,
        sniff: Callable[[bytes], Sniff],
        node: INode,
        make: Callable[[], PublishSession],
        admit: Admit,
    ) -> None:
        self._node = node
        self.name = name
        self._sniff = sniff
        self._make = make
        self._admit = admit

    def sniff(self, prefix: bytes) -> Sniff:
        """See `IStreamProtocol`."""
        return self._sniff(prefix)

    def server_factory(self, node: INode) -> IProtocolFactory:
        """See `IStreamProtocol`."""
        return PublisherFactory(self._node, self._admit, self._make)


class Gibberish:
    """What nobody knows; a `PublishSession` that ends at once."""

    def receive(self, received: bytes) -> list[Published]:
        """See `PublishSession`.

        :raises PeerError: always.
        """
        raise PeerError("what it sends is neither RTMP nor HTTP nor MPEG-TS")

    def hung_up(self) -> list[Published]:
        """See `PublishSession`."""
        return []

    def accept(self) -> None:
        """See `PublishSession`: it does not ask."""

    def refuse(self, why: str) -> None:
        """See `PublishSession`: it does not ask."""

    def to_send(self) -> bytes:
        """See `PublishSession`."""
        return b""
