"""Lookups: a central answers a name with addresses, and a client asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IAddress, ITCPTransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.tellers import dialable
from p2pstream.content.text import printable
from p2pstream.errors import NoCentral, NotFound, P2PStreamError
from p2pstream.interfaces import INode
from p2pstream.protocols.classic import messages
from p2pstream.protocols.classic.asked import AskedProtocol
from p2pstream.protocols.classic.session import ReplySession
from p2pstream.transport.alarm import Alarm
from p2pstream.transport.ends import as_address, peer_name
from p2pstream.transport.linger import reset_on_close

__all__ = ["LookupClient", "LookupClientFactory", "LookupFactory", "LookupProtocol"]


class LookupProtocol(AskedProtocol):
    """A central's side of one lookup: 100 bytes in one write, then a clean close."""

    def answer(self, name: str) -> None:
        """Tell who has it; 100 NULs when nobody has."""
        addresses = self.node.lookup(name, as_address(self.transport.getPeer()))
        if addresses:
            self.node.events.happened(
                "lookup_answered", name=name, address=self.client, sources=len(addresses)
            )
        else:
            self.node.events.happened("name_unknown", name=name, address=self.client)
        self._reply(addresses)

    def refuse(self, why: str) -> None:
        """Nobody has what cannot be."""
        self.node.events.happened("name_bad", address=self.client, reason=why)
        self._reply(())

    def _reply(self, addresses: Sequence[Address]) -> None:
        # The port resets what it has not decided about; this is an answer and must arrive.
        reset_on_close(self.transport, False)
        self.transport.write(messages.encode_reply(addresses, self.node.limits))
        self.transport.loseConnection()


class LookupFactory(Factory):
    """Makes a central's side of lookups."""

    noisy = False

    def __init__(self, node: INode) -> None:
        self.node = node

    def buildProtocol(self, addr: IAddress | None) -> LookupProtocol:
        """One connection, one lookup."""
        return LookupProtocol(self.node)


class LookupClient(Protocol):
    """A client's side of one lookup; ``asked`` is ``name`` as it is sent.

    ``answer`` fires with the addresses, best first.  It fails with `errors.NotFound`, or
    with `errors.NoCentral` when what answered is no central.  Cancelling it hangs up.
    """

    transport: ITCPTransport

    def __init__(self, node: INode, name: str, asked: bytes) -> None:
        self._node = node
        self._name = name
        self._asked = asked
        self._alarm = Alarm(node.reactor, lambda now: self._conclude(self._session.tick(now)))
        self.answer: Deferred[list[Address]] = Deferred(lambda _: self.transport.abortConnection())

    def connectionMade(self) -> None:
        """Ask at once: an ancestor looks a second after it accepted, and only then."""
        self.transport.write(self._asked)
        self._session = ReplySession(self._name, self._node.reactor.seconds(), self._node.limits)
        self._alarm.set(self._session.next_deadline())

    def dataReceived(self, data: bytes) -> None:
        """Part of the reply."""
        self._conclude(self._session.receive(data))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """A clean end ends a short reply."""
        clean = reason.check(ConnectionDone) is not None
        self._conclude(self._session.end() if clean else self._session.lost())

    def _conclude(self, outcomes: list[messages.Reply]) -> None:
        self._alarm.set(self._session.next_deadline())
        for outcome in outcomes:
            self.transport.loseConnection()
            if self.answer.called:
                return  # cancelled
            try:
                self.answer.callback(self._addresses(outcome))
            except P2PStreamError:
                self.answer.errback()

    def _addresses(self, outcome: messages.Reply) -> list[Address]:
        central, name = peer_name(self.transport), printable(self._name, 80)
        if isinstance(outcome, messages.Garbage):
            raise NoCentral(
                f"{central} is no central, or not a working one: {outcome.why};"
                " is the address right, and p2p-central running there?"
            )
        if isinstance(outcome, messages.Unknown):
            raise NotFound(f"{central} knows nobody who has “{name}”; check the spelling")
        reached = as_address(self.transport.getPeer())
        addresses = list(outcome.addresses)
        if reached is not None:
            near = self._node.subnets(), self._node.limits
            addresses = list(dialable(addresses, lambda each: each, reached, *near))
        if not addresses:
            raise NotFound(f"{central} lists only addresses of its own network for “{name}”")
        return addresses


class LookupClientFactory(Factory):
    """Makes a client's side of one lookup.

    :raises BadName: at once; nothing is sent to anybody then.
    """

    noisy = False

    def __init__(self, node: INode, name: str) -> None:
        self._asked = messages.encode_name(name, node.limits)
        self._node = node
        self._name = name

    def buildProtocol(self, addr: IAddress | None) -> LookupClient:
        """One connection, one lookup."""
        return LookupClient(self._node, self._name, self._asked)
