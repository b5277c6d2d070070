"""Dialling in memory: the other end answers as a listening port would, without a port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import ConnectionRefusedError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Protocol
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.interfaces import INode, IStreamProtocol
from p2pstream.testing.wires.link import MemoryLink

__all__ = ["Answering", "MemoryEndpoint"]


class Answering(Protocol):
    """The other end of a dial: looks at the first bytes, and lets ``speech`` accept them.

    The bytes that decide are handed over, as the sniffed port does.
    """

    transport: Any

    def __init__(self, speech: IStreamProtocol, node: INode) -> None:
        self._speech = speech
        self._node = node
        self._prefix = b""

    def dataReceived(self, data: bytes) -> None:
        """Part of the preface; a fallback is not made to wait for more."""
        self._prefix += data
        verdict = self._speech.sniff(self._prefix)
        if verdict is Sniff.YES or (self._speech.fallback and verdict is Sniff.MORE):
            self._speech.accept(self.transport, self._prefix, self._node)
        elif verdict is Sniff.NO:
            self.transport.abortConnection()


@implementer(IStreamClientEndpoint)
class MemoryEndpoint:
    """Each dial is one `MemoryLink`, kept in ``links``.

    :param answer: makes the other end's protocol; None refuses the connection.
    :param link: what `MemoryLink` is given besides the clock.
    """

    def __init__(self, clock: IReactorTime, answer: Callable[[], IProtocol] | None, **link: Any) -> None:
        self._clock = clock
        self._answer = answer
        self._link = link
        self.links: list[MemoryLink] = []

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[IProtocol]:
        """Dial, and be answered at once."""
        client = protocolFactory.buildProtocol(None)  # type: ignore[arg-type]
        if self._answer is None or client is None:
            return fail(ConnectionRefusedError(111))
        self.dial(client)
        return succeed(client)

    def dial(self, client: IProtocol) -> None:
        """Dial with a protocol that is there already."""
        assert self._answer is not None, "it refuses connections"
        self.links.append(MemoryLink(self._clock, **self._link))
        self.links[-1].connect(client, self._answer())
