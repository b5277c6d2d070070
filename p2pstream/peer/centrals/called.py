"""A peer that nobody can dial, called by a central: it dials whoever wants something of it."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.error import ConnectError, ConnectingCancelledError, ConnectionClosed
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.addresses import Address
from p2pstream.content.tellers import dialable
from p2pstream.errors import P2PStreamError
from p2pstream.interfaces import INode
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.protocol import LinkProtocol
from p2pstream.protocols.native.calls import answer_call
from p2pstream.transport.ends import when_gone

__all__ = ["Called", "Pacer"]

_log = Logger()


class Pacer:
    """How many calls are answered; a central must not make us anybody's flood.

    So many a second in all, and to each host (IPv6: /64) so many a minute; our own machine
    is exempt from the latter.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._all: deque[float] = deque(maxlen=limits.calls)
        self._hosts: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, address: Address, now: float) -> bool:
        """One more to that address; whether it may be."""
        limits, host = self._limits, address.cap_key()
        times = self._hosts.get(host) or deque(maxlen=limits.calls_per_host)
        if _is_full(self._all, now, limits.calls_s):
            return False
        if address.scope != "loopback" and _is_full(times, now, limits.calls_per_host_s):
            return False
        self._all.append(now)
        times.append(now)
        self._hosts[host] = times
        self._hosts.move_to_end(host)
        while now >= next(iter(self._hosts.values()))[-1] + limits.calls_per_host_s:
            self._hosts.popitem(last=False)
        return True


def _is_full(times: deque[float], now: float, seconds: float) -> bool:
    return len(times) == times.maxlen and now < times[0] + seconds


class Called:
    """Answers calls, as far as a central can be believed.

    :param dials: how others are dialled, from our own address.
    :param where: the address that we listen on, which is never dialled.
    """

    def __init__(
        self,
        node: INode,
        dials: Callable[[Address], IStreamClientEndpoint],
        where: Callable[[], Address],
    ) -> None:
        self._node = node
        self._limits = node.limits
        self._dials = dials
        self._where = where
        self._pacer = Pacer(node.limits)
        self._dialling: set[Deferred[None]] = set()
        self._links: dict[LinkProtocol, None] = {}

    def called(self, central: Address, address: Address, nonce: bytes) -> None:
        """A central says that somebody there wants something: dial, unless it may be a trap."""
        believed = list(dialable([address], _itself, central, self._node.subnets(), self._limits))
        if not believed or address == self._where():
            return
        if len(self._dialling) + len(self._links) >= self._limits.call_links:
            return
        if self._pacer.take(address, self._node.reactor.seconds()):
            dialling = Deferred.fromCoroutine(self._dial(address, nonce))
            self._dialling.add(dialling)
            dialling.addErrback(_broke).addBoth(lambda _: self._dialling.discard(dialling))

    def stop(self) -> None:
        """Dial nobody any more, and hang up."""
        for dialling in list(self._dialling):
            dialling.cancel()
        for link in list(self._links):
            link.close()

    async def _dial(self, address: Address, nonce: bytes) -> None:
        answering = answer_call(self._dials(address), self._node, nonce)
        answering.addTimeout(self._limits.connect_s, self._node.reactor)
        try:
            link = await answering
        except (P2PStreamError, ConnectError, ConnectionClosed, TimeoutError, OSError) as fault:
            # Whoever called hears nothing of us, and asks somebody else.
            _log.debug("called to {address} in vain: {fault}", address=str(address), fault=fault)
            return
        self._links[link] = None
        when_gone(link.transport, self._gone, link)

    def _gone(self, link: LinkProtocol) -> None:
        self._links.pop(link, None)


def _itself(address: Address) -> Address:
    return address


def _broke(failure: Failure) -> None:
    if not failure.check(CancelledError, ConnectingCancelledError):
        _log.failure("a call could not be answered", failure)
