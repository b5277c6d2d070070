"""The protocols of one process."""

from __future__ import annotations

from types import ModuleType

from p2pstream.content.text import fault_text, printable
from p2pstream.errors import PluginError
from p2pstream.interfaces import IEvents, IStreamProtocol
from p2pstream.protocols.registry.dropins import find
from p2pstream.protocols.registry.guard import Guarded

__all__ = ["Registry"]


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

    def switch_off(self, name: str, fault: BaseException) -> None:
        """This protocol is broken: say so once, and leave it out from now on."""
        if name not in self._off:
            self._off.add(name)
            self._disabled(name, fault)

    def _take(self, plugin: IStreamProtocol) -> None:
        name = str(getattr(plugin, "name", type(plugin).__name__))
        if name in self._known:
            twice = PluginError("another protocol has that name already; only the first is used")
            self._disabled(name, twice)
        else:
            self._known[name] = Guarded(name, plugin, self.switch_off)

    def _disabled(self, name: str, fault: BaseException) -> None:
        self._events.happened("plugin_disabled", plugin=printable(name, 40), reason=fault_text(fault))
