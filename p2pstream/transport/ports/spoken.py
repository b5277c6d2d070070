"""The wire protocols that a listening port speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twisted.internet.interfaces import IAddress, IProtocol, IProtocolFactory

from p2pstream.content.sniff import Sniff
from p2pstream.content.text import fault_text, printable
from p2pstream.errors import PluginError
from p2pstream.interfaces import INode, IStreamProtocol

__all__ = ["Spoken", "SpokenProtocol"]


class SpokenProtocol:
    """One of them: a plugin, and the factory that it gave for this port."""

    def __init__(self, plugin: IStreamProtocol, factory: IProtocolFactory) -> None:
        self.name = printable(plugin.name, 40)
        self.fallback = plugin.fallback
        self.sniff = plugin.sniff
        self.alpn = str(getattr(plugin, "alpn", ""))
        self.factory = factory


class Spoken:
    """All of them, in the order in which they are asked.

    One that raises is named in the log and left out from then on; those of a `Registry`
    name themselves.
    """

    def __init__(self, plugins: Iterable[IStreamProtocol], node: INode) -> None:
        self._plugins = list(plugins)
        self._node = node
        self._protocols: list[SpokenProtocol] = []

    def start(self) -> None:
        """The port opens: have every protocol make its factory."""
        for plugin in self._plugins:
            try:
                factory = plugin.server_factory(self._node)
                if factory is None:
                    continue
                spoken = SpokenProtocol(plugin, factory)
                spoken.factory.doStart()
            except Exception as fault:
                self._broken(str(plugin.name), fault)
            else:
                self._protocols.append(spoken)

    def stop(self) -> None:
        """The port is closed."""
        protocols, self._protocols = self._protocols, []
        for spoken in protocols:
            try:
                spoken.factory.doStop()
            except Exception as fault:
                self._broken(spoken.name, fault)

    def whose(self, prefix: bytes, last: bool) -> tuple[SpokenProtocol | None, bool]:
        """Who has a connection that begins so, and whether that is settled.

        :param last: there is no waiting for more.
        """
        verdicts = list(self._verdicts(prefix))
        for spoken, verdict in verdicts:
            if verdict is Sniff.YES:
                return spoken, True
        hoping = [spoken for spoken, verdict in verdicts if verdict is Sniff.MORE]
        if not last and any(not spoken.fallback for spoken in hoping):
            return None, False
        return next((spoken for spoken in hoping if spoken.fallback), None), True

    @property
    def names(self) -> list[str]:
        """What they are called in TLS."""
        return list(dict.fromkeys(spoken.alpn for spoken in self._protocols if spoken.alpn))

    def agreed(self, name: str) -> SpokenProtocol | None:
        """The one that is called so in TLS."""
        return next((spoken for spoken in self._protocols if name and spoken.alpn == name), None)

    def build(self, spoken: SpokenProtocol, address: IAddress) -> IProtocol | None:
        """A protocol for one connection; None when there is none for it."""
        try:
            return spoken.factory.buildProtocol(address)
        except Exception as fault:
            self._leave_out(spoken, fault)
            return None

    def _verdicts(self, prefix: bytes) -> Iterator[tuple[SpokenProtocol, object]]:
        for spoken in list(self._protocols):
            try:
                yield spoken, spoken.sniff(prefix)
            except Exception as fault:
                self._leave_out(spoken, fault)

    def _leave_out(self, spoken: SpokenProtocol, fault: Exception) -> None:
        if spoken in self._protocols:
            self._protocols.remove(spoken)
            self._broken(spoken.name, fault)

    def _broken(self, name: str, fault: Exception) -> None:
        if not isinstance(fault, PluginError):
            reason = fault_text(fault)
            self._node.events.happened("plugin_disabled", plugin=printable(name, 40), reason=reason)
