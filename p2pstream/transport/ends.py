"""What is at the ends of a transport: a socket here, an address there."""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from twisted.internet.error import ConnectionAborted, ConnectionDone, ConnectionLost
from twisted.internet.interfaces import ITransport
from twisted.protocols.policies import ProtocolWrapper
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.text import printable
from p2pstream.errors import BadAddress

__all__ = [
    "as_address",
    "half_closes",
    "has_bytes",
    "innermost",
    "loss_words",
    "peer_name",
    "plain_socket",
    "when_gone",
]


#: Calls what ends a connection, now or soon.
Depart: TypeAlias = Callable[[Callable[[], None]], None]

_LOSSES: dict[type[BaseException] | None, str] = {
    ConnectionDone: "it was closed",
    ConnectionLost: "it was reset, or the way there is cut",
    ConnectionAborted: "it was given up here",
}


def innermost(transport: ITransport) -> Any:
    """The transport beneath TLS and other wrappers; itself when it is none."""
    beneath: Any = transport
    while isinstance(beneath, ProtocolWrapper):
        beneath = beneath.transport
    return beneath


def plain_socket(transport: ITransport) -> socket.socket | None:
    """The socket that ``transport`` rests on; None in memory, and after the connection was lost."""
    try:
        handle = innermost(transport).getHandle()
    except AttributeError:
        return None
    return handle if isinstance(handle, socket.socket) else None


def half_closes(transport: ITransport) -> bool:
    """Whether one direction can be closed and the other go on.

    A wrapper passes the wish to what it wraps, where it would cut the wrapper's own talk.
    """
    wrapped = isinstance(transport, ProtocolWrapper) or getattr(transport, "TLS", False)
    return not wrapped and hasattr(transport, "loseWriteConnection")


def has_bytes(transport: Any) -> bool:
    """Whether a TCP transport has bytes of its own that the kernel has not taken yet."""
    # Twisted has no public word for it.
    return bool(len(transport.dataBuffer) > transport.offset or transport._tempDataLen)


def as_address(host_and_port: object) -> Address | None:
    """Twisted's address as ours; None for what has no host and port, as a UNIX socket."""
    try:
        return Address(host_and_port.host, host_and_port.port)  # type: ignore[attr-defined]
    except (AttributeError, TypeError, BadAddress):
        return None


def peer_name(transport: ITransport) -> str:
    """The other end, for people: ``10.0.0.1:2050``."""
    return str(as_address(transport.getPeer()) or "a peer without an address")


def loss_words(reason: Failure) -> str:
    """Why a connection is gone, for people."""
    return _LOSSES.get(reason.type) or printable(reason.getErrorMessage())


class Parting:
    """Stands in for a transport's ``connectionLost``, until that is called."""

    __slots__ = ("_about", "_depart", "_tell", "_transport")

    def __init__(self, transport: Any, tell: Callable[[Any], None], about: Any, depart: Depart) -> None:
        self._transport = transport
        self._tell = tell
        self._about = about
        self._depart: Depart | None = depart

    def __call__(self, reason: Failure) -> None:
        depart, self._depart = self._depart, None
        # Whoever writes before it is told of the loss has the reactor find that out again.
        if depart is not None:
            depart(partial(self.at_once, reason))

    def at_once(self, reason: Failure) -> None:
        """It is lost, and not to be heard of later; harmless when it was told already."""
        transport, self._transport, self._depart = self._transport, None, None
        if transport is None:
            return
        del transport.connectionLost
        self._tell(self._about)
        transport.connectionLost(reason)
        # What stands in for others of its methods (`roads.bulk`) holds the transport, which holds that.
        for name in ("doRead", "doWrite"):
            vars(transport).pop(name, None)


def _at_once(end: Callable[[], None]) -> None:
    end()


def when_gone(
    transport: Any, tell: Callable[[Any], None], about: Any = None, depart: Depart = _at_once
) -> None:
    """Call ``tell(about)`` when the connection is lost, whichever protocol has it by then.

    For transports that learn of it by ``connectionLost``, as all of Twisted's do.  Once
    for each transport.

    :param depart: is given what tells of the loss, and calls that now or soon.
    """
    transport.connectionLost = Parting(transport, tell, about, depart)
