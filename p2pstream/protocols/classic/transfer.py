"""Transfers: a peer answers a name with the stream's bytes, and a client takes them.

Nothing on the wire says how long a stream is, so only a clean end may mean a whole one:
a transfer that ends in any other way ends in a reset.
"""

from __future__ import annotations

from twisted.internet.defer import CancelledError, Deferred, TimeoutError, fail, succeed
from twisted.internet.interfaces import IAddress, IConsumer
from twisted.internet.protocol import Factory, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.shown import Bearing
from p2pstream.errors import NotShared, P2PStreamError, SessionError
from p2pstream.interfaces import INode, IOpened, ISource
from p2pstream.protocols.classic.asked import AskedProtocol
from p2pstream.protocols.classic.messages import encode_name
from p2pstream.transport.connection import Connection
from p2pstream.transport.ends import peer_name
from p2pstream.transport.linger import reset_on_close
from p2pstream.transport.takeover import take_over

__all__ = [
    "TransferClient",
    "TransferClientFactory",
    "TransferFactory",
    "TransferProtocol",
    "TransferSource",
]

_log = Logger()


class TransferProtocol(AskedProtocol):
    """A peer's side of one transfer: reads the name, then hands over to a `Connection`."""

    def __init__(self, node: INode) -> None:
        super().__init__(node)
        self._work: Deferred[None] = succeed(None)

    def connectionMade(self) -> None:
        """Wait for a name."""
        # If this process is killed, the kernel says so; cleared by Connection.close.
        reset_on_close(self.transport, True)
        super().connectionMade()

    def answer(self, name: str) -> None:
        """Send the stream, if it is shared."""
        self._work = Deferred.fromCoroutine(self._transfer(name))
        self._work.addErrback(self._report)

    def refuse(self, why: str) -> None:
        """Nothing that could be sent was asked for."""
        self.node.events.happened("name_bad", address=self.client, reason=why)
        self.transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The client left before it got a byte; later, the `Connection` is told instead."""
        super().connectionLost(reason)
        self._work.cancel()

    async def _transfer(self, name: str) -> None:
        node, address = self.node, self.client
        patience = node.limits.stall_s
        try:
            data = await node.open(name).addTimeout(patience, node.reactor)
        except NotShared:
            node.events.happened("name_unknown", name=name, address=address)
            self.transport.abortConnection()
            return
        except (P2PStreamError, TimeoutError) as fault:
            node.events.happened("transfer_failed", name=name, address=address, sent=0, reason=str(fault))
            self.transport.abortConnection()
            return
        connection = Connection(node.limits, stall_s=patience, clock=node.reactor, uplink=node.uplink)
        take_over(self.transport, connection, ended=self.ended)
        try:
            await _send(connection, data, name, address, node)
        finally:
            data.close()

    def _report(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("a transfer failed in a way nobody thought of", failure)
            self.transport.abortConnection()


async def _send(connection: Connection, data: IOpened, name: str, address: str, node: INode) -> None:
    """Send all of ``data`` and close; what goes wrong is told (and has ended in a reset)."""
    events, began = node.events, node.reactor.seconds()
    events.happened("transfer_started", name=name, address=address)
    end = node.traffic.begin(Bearing.OUT, "classic", address, lambda: connection.sent, name=name)
    try:
        sent = await connection.send(data)
    except P2PStreamError as fault:
        sent, reason = connection.sent, str(fault)
        events.happened("transfer_failed", name=name, address=address, sent=sent, reason=reason)
        return
    finally:
        end()
    seconds = node.reactor.seconds() - began
    events.happened("transfer_ended", name=name, address=address, sent=sent, seconds=seconds)
    await connection.close()


class TransferFactory(Factory):
    """Makes a peer's side of transfers."""

    noisy = False

    def __init__(self, node: INode) -> None:
        self._node = node

    def buildProtocol(self, addr: IAddress | None) -> TransferProtocol:
        """One connection, one transfer."""
        return TransferProtocol(self._node)


class TransferClient(Connection):
    """A client's side of one transfer; ``asked`` is the name as it is sent."""

    def __init__(self, node: INode, asked: bytes) -> None:
        super().__init__(node.limits, clock=node.reactor)
        self._asked = asked

    def connectionMade(self) -> None:
        """Ask at once: an ancestor looks a second after it accepted, and only then."""
        self.transport.write(self._asked)
        super().connectionMade()


class TransferClientFactory(Factory):
    """Makes a client's side of one transfer.

    :raises BadName: at once; nothing is sent to anybody then.
    """

    noisy = False

    def __init__(self, node: INode, name: str) -> None:
        self._asked = encode_name(name, node.limits)
        self._node = node

    def buildProtocol(self, addr: IAddress | None) -> TransferClient:
        """One connection, one transfer."""
        return TransferClient(self._node, self._asked)


@implementer(ISource)
class TransferSource:
    """A peer that was asked for a stream: from byte 0 on, unproven, once."""

    ranged = False
    proofs = False

    def __init__(self, connection: TransferClient) -> None:
        self.address = peer_name(connection.transport)
        self._connection = connection
        self._requests = 0

    def request(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `ISource.request`."""
        self._requests += 1
        if self._requests > 1 or (start, stop) != (0, None):
            return fail(SessionError("a classic peer is asked once, and for everything"))
        return self._connection.receive(consumer).addCallback(self._whole)

    def close(self) -> None:
        """See `ISource.close`."""
        self._connection.abort()

    def _whole(self, count: int) -> int:
        # It ended in good order, and so do we: nothing that `close` could break is left.
        self._connection.close()
        return count
