"""What a plugin file says of one protocol."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint, ITransport
from twisted.plugin import IPlugin
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.content.text import printable
from p2pstream.content.wants import Want
from p2pstream.errors import PluginError
from p2pstream.interfaces import INode, IStreamProtocol

__all__ = ["StreamProtocol"]


@implementer(IPlugin, IStreamProtocol)
class StreamProtocol:
    """The one line of a plugin file: a name, and the module to import when it is needed.

    :param name: one lower-case word, the same that the plugin gives itself.
    :param module: the dotted name of a module whose ``protocol`` is an `IStreamProtocol`.
    """

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        self._module = module
        self._protocol: IStreamProtocol | None = None

    @property
    def protocol(self) -> IStreamProtocol:
        """The plugin itself; its module is imported on first use.

        :raises PluginError: it calls itself something else.  And whatever the module raises.
        """
        if self._protocol is None:
            found: IStreamProtocol = import_module(self._module).protocol
            if found.name != self.name:
                raise PluginError(f"it calls itself {printable(str(found.name), 40)}")
            self._protocol = found
        return self._protocol

    @property
    def version(self) -> str:
        """The version of the wire format."""
        return self.protocol.version

    @property
    def fallback(self) -> bool:
        """Whether it takes what nobody knows."""
        return self.protocol.fallback

    @property
    def alpn(self) -> str:
        """As TLS names it."""
        return str(getattr(self.protocol, "alpn", ""))

    def sniff(self, prefix: bytes) -> Sniff:
        """See `IStreamProtocol.sniff`."""
        return self.protocol.sniff(prefix)

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """See `IStreamProtocol.server_factory`."""
        return self.protocol.server_factory(node)

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """See `IStreamProtocol.client_factory`."""
        return self.protocol.client_factory(node, want)

    def accept(self, transport: ITransport, prefix: bytes, node: INode) -> IProtocol:
        """See `IStreamProtocol.accept`."""
        return self.protocol.accept(transport, prefix, node)

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`."""
        return self.protocol.connect(endpoint, want, node)
