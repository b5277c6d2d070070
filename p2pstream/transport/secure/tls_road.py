"""TLS over one connection, as Twisted does it, with fewer steps for one short message at a time.

A central answers thousands of frames a second, most of which come in a record of their
own.  Twisted learns that no second record came by having OpenSSL fail, and has the
reactor find out that there is room to write; both cost more than the answer.
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.tcp import Connection as TCPConnection
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure

from p2pstream.transport.secure.prompt import Prompt

__all__ = ["Records", "TLSRoad"]

#: RFC 8446, 5.1: type, version, length u16; and the most bytes that one record says.
_HEAD_BYTES = 5
_CONTENT_BYTES = 1 << 14


class Records:
    """Where the records of TLS end, in bytes that come in any pieces."""

    __slots__ = ("_head", "_left")

    def __init__(self) -> None:
        #: The head that began, while it is not whole; bytes of a body that are still to come.
        self._head = b""
        self._left = 0

    def whole(self, data: bytes) -> bool:
        """The next bytes; whether they are one record, from its beginning to its end."""
        if (
            not self._left
            and not self._head
            and len(data) >= _HEAD_BYTES
            and _HEAD_BYTES + (data[3] << 8 | data[4]) == len(data)
        ):
            return True
        self._follow(data)
        return False

    def _follow(self, data: bytes) -> None:
        at = min(self._left, len(data))
        self._left -= at
        while at < len(data):
            piece = data[at : at + _HEAD_BYTES - len(self._head)]
            self._head += piece
            at += len(piece)
            if len(self._head) == _HEAD_BYTES:
                length, self._head = int.from_bytes(self._head[3:], "big"), b""
                came = min(length, len(data) - at)
                at += came
                self._left = length - came


class TLSRoad(TLSMemoryBIOProtocol):
    """One end; what it writes is not collected, and leaves at once where the kernel takes it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._records = Records()

    def makeConnection(self, transport: Any) -> None:
        """Twisted: there is a transport now."""
        if isinstance(transport, TCPConnection):
            transport.write = Prompt(transport).write  # type: ignore[method-assign]
        super().makeConnection(transport)

    def dataReceived(self, bytes: bytes) -> None:
        """Twisted: bytes arrived.  What they say is told at once, and so answered at once."""
        one = self._records.whole(bytes)
        if not self._handshakeDone or self._lostTLSConnection or self._appSendBuffer:
            super().dataReceived(bytes)
            return
        self._tlsConnection.bio_write(bytes)
        content, broken = self._read(one)
        if content and not self._aborted:
            self.wrappedProtocol.dataReceived(content)
        if broken is not None and not self._lostTLSConnection:
            # OpenSSL says only once what was wrong.
            self._tlsShutdownFinished(broken)
        elif not one or not content:
            # Why there was no more, Twisted finds out again, and knows what to do then.
            self._flushReceiveBIO()

    def abortConnection(self) -> None:
        """Twisted: reset, without a word.

        Twisted says by TLS that it ends, which means that nothing is missing; whoever reads that
        before the reset comes takes what was given up for what was closed.
        """
        self._aborted = self.disconnecting = self._lostTLSConnection = True
        transport: Any = self.transport
        transport.abortConnection()

    def _tlsShutdownFinished(self, reason: Failure | None) -> None:  # noqa: N802
        """Twisted: TLS is over, and nothing that is written leaves any more."""
        super()._tlsShutdownFinished(reason)
        producer, self._producer = self._producer, None
        if producer is not None:
            # While there is one, a transport does not close: it waits for what will never be written.
            transport: Any = self.transport
            transport.unregisterProducer()
            producer.stopProducing()

    def _read(self, one: bool) -> tuple[bytes, Failure | None]:
        """What there is, and what was wrong with the rest; it is known when there is ``one`` record."""
        contents: list[bytes] = []
        broken = None
        receive = self._tlsConnection.recv
        try:
            if one:
                return receive(_CONTENT_BYTES), None
            while True:
                contents.append(receive(_CONTENT_BYTES))
        except (SSL.WantReadError, SSL.ZeroReturnError):
            pass
        except SSL.Error:
            broken = Failure()
        return b"".join(contents), broken
