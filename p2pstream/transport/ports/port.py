"""One listening port for all wire protocols: a connection's first bytes tell whose it is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, Protocol
from twisted.logger import Logger

from p2pstream.content.sniff import Sniff
from p2pstream.interfaces import INode, IStreamProtocol
from p2pstream.transport.ends import as_address, peer_name, when_gone
from p2pstream.transport.linger import reset_now, reset_on_close
from p2pstream.transport.ports.departures import Departures
from p2pstream.transport.ports.seats import Seats
from p2pstream.transport.ports.sniffer import Sniffer
from p2pstream.transport.ports.spoken import Spoken, SpokenProtocol
from p2pstream.transport.secure.credentials import Shown
from p2pstream.transport.secure.tls import Layer, agreed, sniff_tls
from p2pstream.transport.takeover import take_over

__all__ = ["SniffedFactory"]

_log = Logger()


class Turned(Protocol):
    """A connection that there is no room for."""

    transport: Any

    def connectionMade(self) -> None:
        """Twisted: it was accepted.  A clean close would look like an answer of no bytes."""
        reset_now(self.transport)


class SniffedFactory(Factory):
    """Gives every accepted connection to the protocol that its first bytes speak.

    The first one that says YES has it.  When all say NO, or those that want MORE do not
    get it in time, the ``fallback`` has it, unless that says NO; then it is reset.

    Connections are reset, too, when there are too many of them; when too many have not
    said yet what they want, it hits the oldest of the network that has most of those.

    What speaks TLS is looked at again inside, unless both ends have agreed in TLS on what
    they speak: that decides alone.  TLS inside TLS is reset.

    :param protocols: in the order in which they are asked.
    :param cap_loopback: limit loopback addresses like all others.
    :param shown: what TLS needs; without, nobody speaks it here.
    """

    noisy = False

    def __init__(
        self,
        protocols: Iterable[IStreamProtocol],
        node: INode,
        cap_loopback: bool = False,
        shown: Shown | None = None,
    ) -> None:
        self._node = node
        self._shown = shown
        self._layer: Layer | None = None
        self._spoken = Spoken(protocols, node)
        self._seats = Seats(node.limits, cap_loopback)
        self._leave = self._seats.leave
        self._depart = Departures(node.reactor, node.limits).depart

    @property
    def connections(self) -> int:
        """How many there are now."""
        return len(self._seats)

    @property
    def undecided(self) -> int:
        """How many of them nobody knows what they want of."""
        return self._seats.undecided

    def startFactory(self) -> None:
        """Twisted: the first port listens."""
        self._spoken.start()
        if self._shown is not None:
            self._layer = Layer(self._shown, self._spoken.names, self._node.reactor)

    def stopFactory(self) -> None:
        """Twisted: the last port was closed.  Who is still connected is cut off."""
        for seat in self._seats:
            seat.transport.abortConnection()
        self._spoken.stop()

    def buildProtocol(self, addr: IAddress | None) -> Protocol:
        """Twisted: a connection was accepted."""
        address = as_address(addr)
        refusal = self._seats.refusal(address)
        if refusal:
            self._node.events.happened(
                "connection_refused", address=str(address or "somebody"), reason=refusal
            )
            return Turned()
        crowded = self._seats.crowded()
        if crowded is not None:
            transport = crowded.holder.transport
            self._let_go(crowded.holder, "too many connections do not say what they want")
            reset_now(transport)
        sniffer = Sniffer(self, self._node.reactor, self._node.limits)
        sniffer.seat = self._seats.take(address, sniffer)
        return sniffer

    def opened(self, sniffer: Sniffer) -> None:
        """See `sniffer.Judge`: the seat is kept until the transport is lost, whoever has it then."""
        sniffer.seat.transport = sniffer.transport
        when_gone(sniffer.transport, self._leave, sniffer.seat, self._depart)

    def judge(self, sniffer: Sniffer, prefix: bytes, last: bool, ended: bool) -> bool:
        """See `sniffer.Judge`."""
        verdict = Sniff.NO if self._layer is None else sniff_tls(prefix)
        if verdict is Sniff.YES:
            self._secure(sniffer, prefix)
            return True
        if verdict is Sniff.MORE and not last:
            return False
        spoken, settled = self._spoken.whose(prefix[: self._node.limits.sniff_bytes], last)
        if spoken is not None:
            self._hand_over(sniffer, spoken, prefix, ended)
        elif settled:
            self.drop(sniffer, "nothing here speaks what it speaks")
        return settled

    def secured(self, sniffer: Sniffer) -> None:
        """See `sniffer.Judge`."""
        spoken = self._spoken.agreed(agreed(sniffer.transport).decode("ascii", "replace"))
        if spoken is not None:
            self._hand_over(sniffer, spoken, b"", False)

    def drop(self, sniffer: Sniffer, why: str) -> None:
        """See `sniffer.Judge`."""
        self._let_go(sniffer, why)
        sniffer.transport.abortConnection()

    def _let_go(self, sniffer: Sniffer, why: str) -> None:
        self._node.events.happened("connection_dropped", address=peer_name(sniffer.transport), reason=why)
        sniffer.settle()
        self._seats.leave(sniffer.seat)

    def _secure(self, outer: Sniffer, prefix: bytes) -> None:
        """Lay TLS over the connection, and look at what comes out."""
        assert self._layer is not None, "asked for without"
        if outer.outer is not None:
            self.drop(outer, "it speaks TLS inside TLS")
            return
        outer.settle()
        inner = Sniffer(self, self._node.reactor, self._node.limits, outer)
        inner.seat = outer.seat
        inner.seat.holder = inner
        # Where TLS ends, it says so: a FIN alone never looks like the end.
        reset_on_close(outer.transport, False)
        take_over(outer.transport, self._layer.over(inner), prefix)

    def _hand_over(self, sniffer: Sniffer, spoken: SpokenProtocol, prefix: bytes, ended: bool) -> None:
        sniffer.settle()
        transport: Any = sniffer.transport
        protocol: Any = self._spoken.build(spoken, transport.getPeer())
        decide = partial(self._seats.decide, sniffer.seat)
        if hasattr(protocol, "decided"):
            # What is spoken is known, and what is wanted not yet: it says when.
            protocol.decided = decide
        else:
            decide()
        if protocol is None:
            transport.abortConnection()
            return
        if not spoken.fallback:
            # Only a protocol whose streams end with their connection needs more than a FIN.
            reset_on_close(transport, False)
        try:
            take_over(transport, protocol, prefix, ended)
        except Exception:
            _log.failure("{name} failed at the start of a connection", name=spoken.name)
            transport.abortConnection()
