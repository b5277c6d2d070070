"""The peer's end: fetches what this user's other programs want, and gives them the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.internet.protocol import Factory

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.resident.line import MessageLine
from p2pstream.protocols.resident.messages import VERSION, Fetch, Message, Pour
from p2pstream.protocols.resident.served import FetchedStream, Open, ServedFetch

__all__ = ["ResidentFactory"]


class ResidentFactory(Factory):
    """Makes the ends of connections, of which there are no more than may be.

    :param open: fails with an error of `p2pstream.errors`; with any but those that are about
        centrals and sources whoever asked does it alone.
    :param sent: counts what is given to others.
    :param trusted: see `MessageLine`.
    """

    noisy = False

    def __init__(
        self,
        open: Open,
        sent: Callable[[], int],
        clock: IReactorTime,
        trusted: Callable[[Any], bool],
        limits: Limits = LIMITS,
    ) -> None:
        self._open = open
        self._sent = sent
        self._clock = clock
        self._limits = limits
        #: What is being fetched, by the token that whoever wants bytes of it shows.
        self._served: dict[str, FetchedStream] = {}
        self._trusted = trusted
        self._lines: set[MessageLine] = set()

    def buildProtocol(self, addr: IAddress | None) -> MessageLine | None:  # type: ignore[override]
        """Twisted: somebody came."""
        if len(self._lines) >= self._limits.resident_lines:
            return None
        line = MessageLine(self._trusted, self._limits)
        self._lines.add(line)
        line.heard, line.gone = lambda message: self._first(line, message), lambda: self._lines.discard(line)
        return line

    def hang_up(self) -> None:
        """End all connections; whoever is there goes on alone."""
        for line in list(self._lines):
            line.transport.abortConnection()

    def _first(self, line: MessageLine, message: Message) -> None:
        if isinstance(message, Fetch) and message.version == VERSION:
            attending = ServedFetch(line, self._open, self._served, self._sent, self._clock, self._limits)
            line.heard, line.gone = attending.heard, lambda: self._left(line, attending.close)
            attending.begin(message)
        elif isinstance(message, Pour) and message.version == VERSION and message.token in self._served:
            self._pour(line, self._served[message.token].data, message)
        else:
            line.transport.abortConnection()

    def _left(self, line: MessageLine, close: Callable[[], None]) -> None:
        self._lines.discard(line)
        close()

    def _pour(self, line: MessageLine, data: Any, wanted: Pour) -> None:
        # The transport is told to pause and to stop by its own socket.
        transport = line.transport
        try:
            reading = data.read_to(transport, wanted.start, wanted.stop)
        except ValueError:
            transport.abortConnection()
            return
        reading.addCallbacks(lambda _: transport.loseConnection(), lambda _: transport.abortConnection())
        line.heard, line.gone = (
            lambda message: transport.abortConnection(),
            lambda: self._left(line, reading.cancel),
        )
