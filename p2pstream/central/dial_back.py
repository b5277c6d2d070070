"""Whether others can dial a peer: the central tries, and the peer must prove its id there.

A central must be nobody's weapon: it dials only where somebody connected from, not below
port 1024, few times a second, and each host twice a minute.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectingCancelledError, ConnectionClosed
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.tellers import Subnets, is_near
from p2pstream.errors import P2PStreamError, SourceLost
from p2pstream.interfaces import INode
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.protocol import LinkProtocol, dial

__all__ = ["DialBack", "may_dial"]

_log = Logger()


def may_dial(
    address: Address, ours: str, own_port: int, subnets: Subnets | None, limits: Limits = LIMITS
) -> bool:
    """Whether an address, from which somebody is connected to our ``ours``, may be dialled.

    :param subnets: those of this machine, as far as they are known.
    """
    if address.port < limits.back_least_port or not address.is_dialable:
        return False
    if address.host == ours and address.port == own_port:
        return False
    if not is_near(address, subnets):
        return False
    # A loopback or private address is what it seems only to who was reached in that scope.
    return address.reach >= Address(ours, 1).reach


class _Nobody:
    """Attends to a link on which nothing is said but who both ends are."""

    families: Sequence[Family] = ()
    speaker = None

    def happened(self, event: Any) -> None:
        """See `protocol.Attendant.happened`."""

    def ended(self, reason: P2PStreamError) -> None:
        """See `protocol.Attendant.ended`."""


class DialBack:
    """Dials peers, one after the other, and tells whether they answered.

    :param endpoint: dials an address over TLS.
    :param verdict: told the id, the address, and whether whoever has that id answered there.
    """

    def __init__(
        self,
        node: INode,
        endpoint: Callable[[Address], IStreamClientEndpoint],
        verdict: Callable[[bytes, Address, bool], None],
    ) -> None:
        self._node = node
        self._limits = node.limits
        self._endpoint = endpoint
        self._verdict = verdict
        self._waiting: OrderedDict[bytes, Address] = OrderedDict()
        #: When each host was dialled last, and the time before.
        self._hosts: OrderedDict[str, deque[float]] = OrderedDict()
        self._dialling: dict[Deferred[None], None] = {}
        self._timer: Any = None
        self._next = 0.0

    def ask(self, id: bytes, address: Address) -> bool:
        """Dial it when its turn comes; False: too many wait."""
        if id not in self._waiting and len(self._waiting) >= self._limits.back_waiting:
            return False
        self._waiting[id] = address
        self._schedule()
        return True

    def stop(self) -> None:
        """Dial nobody any more."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for dialling in list(self._dialling):
            dialling.cancel()

    def _schedule(self) -> None:
        if self._timer is None and self._waiting:
            wait = max(0.0, self._next - self._node.reactor.seconds())
            self._timer = self._node.reactor.callLater(wait, self._turn)

    def _turn(self) -> None:
        """Dial the first whose host may be dialled now."""
        self._timer = None
        now = self._node.reactor.seconds()
        self._next = now + 1 / self._limits.back_dials
        for _ in range(min(len(self._waiting), 100)):
            id, address = self._waiting.popitem(last=False)
            if self._take(address, now):
                dialling = Deferred.fromCoroutine(self._dial(id, address))
                self._dialling[dialling] = None
                dialling.addErrback(self._broke).addBoth(self._dialled, dialling)
                break
            self._waiting[id] = address
        self._schedule()

    def _take(self, address: Address, now: float) -> bool:
        if address.scope == "loopback":
            return True  # it is our own machine
        cap = address.cap_key()
        times = self._hosts.setdefault(cap, deque(maxlen=int(self._limits.back_per_host)))
        self._hosts.move_to_end(cap)
        if len(times) == times.maxlen and now < times[0] + self._limits.back_per_host_s:
            return False
        times.append(now)
        while now >= next(iter(self._hosts.values()))[-1] + self._limits.back_per_host_s:
            self._hosts.popitem(last=False)
        return True

    async def _dial(self, id: bytes, address: Address) -> None:
        try:
            dialling: Deferred[LinkProtocol] = dial(
                self._endpoint(address), self._node, lambda _: _Nobody(), expected=id
            )
            link = await dialling.addTimeout(self._limits.back_s, self._node.reactor, _silent)
        except (P2PStreamError, ConnectError, ConnectionClosed, OSError):
            self._verdict(id, address, False)
            return
        opposite = link.opposite
        link.close(Code.OK)
        self._verdict(id, address, opposite is not None and opposite.bound)

    def _dialled(self, _: object, dialling: Deferred[None]) -> None:
        self._dialling.pop(dialling, None)

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError, ConnectingCancelledError):
            _log.failure("a peer could not be dialled back", failure)


def _silent(_: Any, seconds: float) -> NoReturn:
    # What a dial is given up with depends on how far it was.
    raise SourceLost(f"did not answer within {seconds:g} s")
