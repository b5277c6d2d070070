"""What the C++ ancestor does, as far as one can see it on the wire; for tests only.

Everything here was observed (``tests/vectors/classic.json``), nothing copied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IHalfCloseableProtocol, IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer


@implementer(IHalfCloseableProtocol)
class AncestorServer(Protocol):
    """Sleeps a second after it accepted, then looks once at what has arrived."""

    transport: Any

    def __init__(self, clock: IReactorTime) -> None:
        self.clock = clock
        self.arrived = b""
        #: Whether an uncaught exception ended the whole process.
        self.dead = False

    def connectionMade(self) -> None:
        """Go to sleep."""
        self.clock.callLater(1.0, self._look)

    def dataReceived(self, data: bytes) -> None:
        """Bytes gather in the kernel."""
        self.arrived += data

    def readConnectionLost(self) -> None:
        """It does not notice."""

    def writeConnectionLost(self) -> None:
        """It never half-closes."""

    def answer(self, name: bytes) -> bytes | None:
        """The reply, or None to die."""
        raise NotImplementedError

    def _look(self) -> None:
        reply = self.answer(self.arrived)
        if reply is None:
            self.dead = True
            self.transport.abortConnection()
        else:
            self.transport.write(reply)
            self.transport.loseConnection()


class AncestorCentral(AncestorServer):
    """Writes the list over the buffer that the name came in.

    :param newline: the table's file ends in one; its last line then counts twice.
    """

    def __init__(self, clock: IReactorTime, table: Sequence[tuple[str, str]], newline: bool = False) -> None:
        super().__init__(clock)
        self._table = [*table, *table[-1:]] if newline else table

    def answer(self, name: bytes) -> bytes | None:
        """100 bytes, of which the first ones are the list."""
        asked = name.split(b"\0")[0]
        listed = b"".join(ip.encode() + b" " for known, ip in self._table if known.encode() == asked)
        if len(name) > 100 or len(listed) > 100:
            return None
        return (listed + name[len(listed) :]).ljust(100, b"\0")


class AncestorPeer(AncestorServer):
    """Opens whatever it is asked for, and dies if that fails."""

    def __init__(self, clock: IReactorTime, files: Mapping[bytes, bytes]) -> None:
        super().__init__(clock)
        self._files = files

    def answer(self, name: bytes) -> bytes | None:
        """The whole file."""
        return self._files.get(name)


class AncestorClient(Protocol):
    """Sends the bare name, and reads to the end."""

    transport: Any

    def __init__(self, name: bytes) -> None:
        self._name = name
        self.received = b""
        #: "" while reading, then "clean" or "broken".
        self.ended = ""

    def connectionMade(self) -> None:
        """Ask at once."""
        self.transport.write(self._name)

    def dataReceived(self, data: bytes) -> None:
        """Part of the answer."""
        self.received += data

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """All that there is."""
        self.ended = "clean" if reason.check(ConnectionDone) else "broken"

    @property
    def first_address(self) -> bytes:
        """Whom it would dial next: it looks at the first token only, in a buffer of 100 bytes."""
        assert len(self.received) <= 100, "it dies of more"
        return self.received.split(b"\0")[0].split(b" ")[0]
