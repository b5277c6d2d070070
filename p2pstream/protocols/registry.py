"""Which wire protocols there are: found as plugins, and switched off when they break.

Ours stand in ``twisted/plugins/p2pstream_protocols.py``, a stranger's in a file of his
own in any ``twisted/plugins`` folder on the path; both are found on the same road.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint, ITransport
from twisted.plugin import IPlugin
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.content.text import printable
from p2pstream.content.wants import Want
from p2pstream.errors import PluginError
from p2pstream.interfaces import IEvents, INode, IStreamProtocol
from p2pstream.protocols.dropins import find
from p2pstream.protocols.guard import Guarded

__all__ = ["Registry", "Sniff", "StreamProtocol"]


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

    def sniff(self, prefix: bytes) -> Any:
        """See `IStreamProtocol.sniff`."""
        return self.protocol.sniff(prefix)

    def server_factory(self, node: INode) -> IProtocolFactory:
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


class Registry:
    """The protocols of one process.  A broken one is named once and then left out.

    :param package: where plugin files lie; None for ``twisted.plugins``.
    """

    def __init__(self, events: IEvents, package: ModuleType | None = None) -> None:
        self._events = events
        self._package = package
        self._known: dict[str, Guarded] = {}
        self._off: set[str] = set()

    @property
    def protocols(self) -> tuple[IStreamProtocol, ...]:
        """Those that work, as far as is known; in the order of sniffing, names being ranks."""
        return tuple(self._known[name] for name in sorted(self._known) if name not in self._off)

    def load(self) -> tuple[IStreamProtocol, ...]:
        """Look for plugin files, and give those that were switched off another chance.

        Nothing is imported but the plugin files themselves.
        """
        self._known.clear()
        self._off.clear()
        for plugin in find(IStreamProtocol, self._disabled, self._package):
            self._take(plugin)
        return self.protocols

    def get(self, name: str) -> IStreamProtocol:
        """The protocol of that name.

        :raises PluginError: there is none, or it was switched off.
        """
        if name in self._known and name not in self._off:
            return self._known[name]
        why = "was switched off" if name in self._off else "is not installed"
        raise PluginError(f"the protocol {printable(name, 40)} {why}")

    def switch_off(self, name: str, failure: Failure) -> None:
        """This protocol is broken: say so once, and leave it out from now on."""
        if name not in self._off:
            self._off.add(name)
            self._disabled(name, failure)

    def _take(self, plugin: IStreamProtocol) -> None:
        name = str(getattr(plugin, "name", type(plugin).__name__))
        if name in self._known:
            twice = PluginError("another protocol has that name already; only the first is used")
            self._disabled(name, Failure(twice))
        else:
            self._known[name] = Guarded(name, plugin, self.switch_off)

    def _disabled(self, name: str, failure: Failure) -> None:
        reason = printable(f"{type(failure.value).__name__}: {failure.getErrorMessage()}")
        self._events.happened("plugin_disabled", plugin=printable(name, 40), reason=reason)
