"""Where peers that nobody can dial are let in, once a central has called them."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from typing import Any, NoReturn, Protocol

from twisted.internet.defer import CancelledError, Deferred, TimeoutError, maybeDeferred, succeed
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.interfaces import IListeningPort, IProtocolFactory

from p2pstream.content.keys import FileKey, Key
from p2pstream.content.listed import REACHABLE, ListedPeer
from p2pstream.errors import CannotListen, P2PStreamError, SourceLost
from p2pstream.interfaces import INode, IUnitSource
from p2pstream.limits import Limits
from p2pstream.protocols.native.calls import Calls
from p2pstream.swarm.troubles import in_words
from p2pstream.transport.ends import as_address
from p2pstream.transport.ports.listening import listen

__all__ = ["Beckons", "Doorstep"]

#: ``listen(host, port, factory)`` on an address of this machine; raises `CannotListen`.
Listen = Callable[[str, int, IProtocolFactory], IListeningPort]


class Beckons(Protocol):
    """Centrals that have a peer called, as `protocols.central.client.CentralClient`."""

    def beckon(self, id: bytes, key: Key, nonce: bytes, listen: Callable[[str], int]) -> Deferred[None]:
        """Have it dial us, on the port that ``listen`` gives for an IP address of ours."""


class Doorstep:
    """Listens when the first peer has to be called, on the address that the central sees.

    Whoever comes without having been called is turned away.

    :param port: to listen on; 0 for any free one.
    :param listening: left out, on real ports of the node's reactor.
    """

    def __init__(self, node: INode, port: int = 0, listening: Listen | None = None) -> None:
        self._node = node
        self._limits: Limits = node.limits
        self._port = port
        self._listen = listening or self._on_the_reactor
        self._beside: Callable[[], int | None] = _nowhere
        self._settled: Callable[[], Deferred[None]] = lambda: succeed(None)
        #: Those who were called.
        self.calls = Calls(node)
        self._ports: dict[str, IListeningPort] = {}

    async def reach(
        self, peer: ListedPeer, key: FileKey, dialling: Deferred[IUnitSource], asked: Beckons
    ) -> IUnitSource:
        """A peer that is being dialled; if it does not answer, it is called.

        One that a central could dial is not: it would not help.

        :raises SourceLost: it neither answered nor came.
        """
        if peer.flags & REACHABLE or not any(peer.id):
            return await dialling
        dialling.addTimeout(self._limits.call_after_s, self._node.reactor, _silent)
        try:
            return await dialling
        except (ConnectError, ConnectionClosed, OSError, P2PStreamError) as fault:
            in_vain = in_words(fault)
        try:
            return await self._called(peer, key, asked)
        except (CannotListen, SourceLost, TimeoutError) as fault:
            why = "it did not come" if isinstance(fault, TimeoutError) else str(fault)
        except P2PStreamError as fault:
            why = str(fault)
        raise SourceLost(f"{in_vain}; called to dial us: {why}")

    def share(self, port: Callable[[], int | None], settled: Callable[[], Deferred[None]]) -> None:
        """Have those who are called come where others come as well.

        :param port: which that is, on all addresses; None while nobody listens there.
        :param settled: fires when it is known whether anybody will; a port that was chosen
            is not taken before.
        """
        self._beside, self._settled = port, settled

    async def close(self) -> None:
        """Let nobody in any more."""
        ports, self._ports = self._ports, {}
        for port in ports.values():
            await maybeDeferred(port.stopListening)

    async def _called(self, peer: ListedPeer, key: FileKey, asked: Beckons) -> IUnitSource:
        if self._port:
            await self._settled()
        nonce = token_bytes(16)
        coming = self.calls.expect(peer.id, nonce)
        coming.addTimeout(self._limits.call_s, self._node.reactor)
        try:
            await asked.beckon(peer.id, key, nonce, self._port_on)
        except BaseException:
            coming.addErrback(lambda failure: failure.trap(CancelledError, TimeoutError) and None)
            coming.cancel()
            raise
        peering = await coming
        try:
            source = peering.source(key, peer.is_seed)
            if not peer.is_seed:
                await source.when_ready()
            made: IUnitSource = source
            return made
        except BaseException:
            peering.leave()
            raise

    def _port_on(self, host: str) -> int:
        """Where we listen on that address, from now on at the latest.

        :raises CannotListen: we cannot.
        """
        beside = self._beside()
        if beside is not None:
            return beside
        if host not in self._ports:
            self._ports[host] = self._listen(host, self._port, self.calls)
        own = as_address(self._ports[host].getHost())
        assert own is not None, "it listens on TCP"
        return own.port

    def _on_the_reactor(self, host: str, port: int, factory: IProtocolFactory) -> IListeningPort:
        return listen(self._node.reactor, host, port, factory, self._limits)


def _silent(_: Any, seconds: float) -> NoReturn:
    # What a dial is given up with depends on how far it was.
    raise SourceLost(f"did not answer within {seconds:g} s")


def _nowhere() -> None:
    """Nobody listens for others."""
