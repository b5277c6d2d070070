"""A fence around a plugin: what it raises ends the plugin, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint, ITransport
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.content.text import fault_text, printable
from p2pstream.content.wants import Want
from p2pstream.errors import P2PStreamError, PluginError
from p2pstream.interfaces import INode, IStreamProtocol

__all__ = ["Guarded", "SwitchOff"]

_Answer = TypeVar("_Answer")

#: Is told the name of a protocol, and what is wrong with it.
SwitchOff = Callable[[str, BaseException], None]

#: Whether an answer is of the kind that was asked for.
Fits = Callable[[Any], bool]


@implementer(IStreamProtocol)
class Guarded:
    """A stream protocol that is switched off when a hook raises or gives the wrong thing.

    The errors of `p2pstream.errors` are answers, not faults: they pass.

    :param switch_off: told each time that something is wrong.
    """

    def __init__(self, name: str, plugin: IStreamProtocol, switch_off: SwitchOff) -> None:
        self.name = name
        self._plugin = plugin
        self._switch_off = switch_off

    @property
    def version(self) -> str:
        """The version of the wire format; empty when the plugin is broken."""
        return self._answer_or("", str, lambda: self._plugin.version)

    @property
    def fallback(self) -> bool:
        """Whether it takes what nobody knows; not when it is broken."""
        return self._answer_or(False, bool, lambda: self._plugin.fallback)

    @property
    def alpn(self) -> str:
        """As TLS names it; protocols from before there was TLS say nothing of it."""
        return self._answer_or("", str, lambda: getattr(self._plugin, "alpn", ""))

    def sniff(self, prefix: bytes) -> Sniff:
        """See `IStreamProtocol.sniff`; a broken plugin takes nothing."""
        return self._answer_or(Sniff.NO, Sniff, lambda: self._plugin.sniff(prefix))

    def server_factory(self, node: INode) -> IProtocolFactory | None:
        """See `IStreamProtocol.server_factory`.

        :raises PluginError: it is broken, and now switched off; so do the three below.
        """
        return self._answer(is_factory_or_none, lambda: self._plugin.server_factory(node))

    def client_factory(self, node: INode, want: Want) -> IProtocolFactory:
        """See `IStreamProtocol.client_factory`."""
        return self._answer(IProtocolFactory.providedBy, lambda: self._plugin.client_factory(node, want))

    def accept(self, transport: ITransport, prefix: bytes, node: INode) -> IProtocol:
        """See `IStreamProtocol.accept`."""
        return self._answer(IProtocol.providedBy, lambda: self._plugin.accept(transport, prefix, node))

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """See `IStreamProtocol.connect`."""
        return self._answer(is_deferred, lambda: self._plugin.connect(endpoint, want, node))

    def _answer(
        self, fits: Fits, ask: Callable[[], _Answer], says: type[Exception] = P2PStreamError
    ) -> _Answer:
        try:
            answer = ask()
            if not fits(answer):
                raise PluginError(f"it answered with {type(answer).__name__}")
        except (Exception, SystemExit) as fault:
            if isinstance(fault, says) and not isinstance(fault, PluginError):
                raise
            self._switch_off(self.name, fault)
            name, said = printable(self.name, 40), fault_text(fault, 120)
            raise PluginError(f"the protocol {name} is broken and was switched off: {said}") from fault
        return answer

    def _answer_or(self, otherwise: _Answer, kind: type[_Answer], ask: Callable[[], _Answer]) -> _Answer:
        try:
            return self._answer(lambda answer: isinstance(answer, kind), ask, PluginError)
        except PluginError:
            return otherwise


def is_factory_or_none(answer: object) -> bool:
    """Whether ``answer`` is what `IStreamProtocol.server_factory` must give."""
    return answer is None or IProtocolFactory.providedBy(answer)


def is_deferred(answer: object) -> bool:
    """Whether ``answer`` is what `IStreamProtocol.connect` must give."""
    return isinstance(answer, Deferred)
