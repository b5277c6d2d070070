"""Links of a central: who sends much at once is heard piece by piece, in turns with all others."""

from __future__ import annotations

from typing import Any

from p2pstream.interfaces import INode
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.transport.turns.requests import RequestTurns
from p2pstream.transport.wires.wire_life import Stage

__all__ = ["PacedLink"]


class PacedLink(LinkProtocol):
    """A link that reads no more before all that it read is dealt with, and deals with little in a turn.

    One read may hold thousands of requests; what is short, as one announce is, never waits.

    :param turns: of the pieces of all links of one central.
    """

    def __init__(self, turns: RequestTurns, node: INode, *arguments: Any, **options: Any) -> None:
        super().__init__(node, *arguments, **options)
        self._turns = turns
        self._piece_bytes = node.limits.central_piece_bytes
        #: What was read and waits; nothing is read meanwhile.
        self._held = b""

    def dataReceived(self, data: bytes) -> None:
        """Twisted: bytes arrived."""
        if self._held:
            # TLS gives what it read in one go in parts.
            self._held += data
        elif len(data) <= self._piece_bytes:
            super().dataReceived(data)
        else:
            self._held = data
            self.transport.pauseProducing()
            self._turns.take(self._go_on)

    def _go_on(self) -> None:
        piece, self._held = self._held[: self._piece_bytes], self._held[self._piece_bytes :]
        super().dataReceived(piece)
        if self._held and self._stage is Stage.OPEN:
            self._turns.take(self._go_on)
        else:
            self._held = b""
            self.transport.resumeProducing()
