"""The port on which ``p2p-live --listen`` takes in what OBS, ffmpeg and others send, and who may."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from urllib.parse import quote

from twisted.internet.defer import maybeDeferred
from twisted.internet.error import CannotListenError

from p2pstream.commands.airing.admittance import Admittance
from p2pstream.content.addresses import Address
from p2pstream.content.publishing import PublishSession
from p2pstream.content.sniff import Sniff
from p2pstream.errors import CannotListen, Refused
from p2pstream.interfaces import IEvents, INode, ISink, IStreamProtocol
from p2pstream.protocols.mpegts import session as mpegts
from p2pstream.protocols.mpegts.datagrams import Datagrams
from p2pstream.protocols.publishing import Gibberish, Publishing
from p2pstream.protocols.put import session as put
from p2pstream.protocols.rtmp import session as rtmp
from p2pstream.settings import LiveSettings
from p2pstream.transport.networks.reach import told_host
from p2pstream.transport.ports.listening import listen
from p2pstream.transport.ports.port import SniffedFactory
from p2pstream.transport.publishing import Admit

__all__ = ["IngestPort"]

#: Larger than any datagram.
_DATAGRAM = 65_536


class IngestPort:
    """Listens from `open` on, for who speaks RTMP, HTTP or MPEG-TS over TCP; beside it, for datagrams.

    :param name: of what is broadcast.
    :param film: makes what a film goes into that comes as FLV; told who sends.
    :param packets: of one that comes as MPEG-TS.  Both raise `Refused`.
    """

    def __init__(
        self,
        node: INode,
        settings: LiveSettings,
        admittance: Admittance,
        name: str,
        film: Callable[[str], ISink],
        packets: Callable[[str], ISink],
    ) -> None:
        self._node: Any = node
        self._settings = settings
        self._admittance = admittance
        self._name = name
        self._film = film
        self._packets = packets
        self._told_at = float("-inf")

    def open(self, open_still: AsyncExitStack, told: IEvents) -> None:
        """Listen until the stack is left, and say where.

        :raises CannotListen: the port cannot be had.
        """
        reactor, host = self._node.reactor, self._settings.bind
        factory = SniffedFactory(self._spoken(), self._node)
        number, options = self._settings.listen_port, ("--bind", "--listen-port")
        port: Any = listen(reactor, host, number, factory, options=options)
        open_still.push_async_callback(lambda: maybeDeferred(port.stopListening))
        number = port.getHost().port
        self._listen_for_datagrams(host, number, open_still)
        self._tell(Address(told_host(host), number), told)

    def _listen_for_datagrams(self, host: str, number: int, open_still: AsyncExitStack) -> None:
        if self._admittance.senders is not None and not self._admittance.senders:
            return
        datagrams = Datagrams(self._node, self._without_key)
        try:
            port: Any = self._node.reactor.listenUDP(number, datagrams, host, maxPacketSize=_DATAGRAM)
        except CannotListenError as fault:
            raise CannotListen(f"cannot listen on UDP port {number} of {host}: {fault.socketError}") from None
        open_still.push_async_callback(lambda: maybeDeferred(port.stopListening))

    def beside_peers(self) -> IStreamProtocol:
        """What may be published on the port of peers: by HTTP."""
        return self._publishing("put", put.sniff_publishing, self._put, self._on_the_peer_port)

    def _spoken(self) -> list[IStreamProtocol]:
        unknown = self._publishing("unknown", lambda prefix: Sniff.MORE, Gibberish, self._with_key)
        unknown.fallback = True
        return [
            self._publishing("rtmp", rtmp.sniff, self._rtmp, self._as_film),
            self._publishing("put", put.sniff, self._put, self._with_key),
            self._publishing("mpegts", mpegts.sniff, mpegts.PlainSession, self._without_key),
            unknown,
        ]

    def _publishing(
        self, name: str, sniff: Callable[[bytes], Sniff], make: Callable[[], PublishSession], admit: Admit
    ) -> Publishing:
        return Publishing(name, sniff, self._node, make, partial(self._telling, admit))

    def _telling(self, admit: Admit, key: str, address: str) -> ISink:
        """Admit, or tell why not, which is not said of each of many in a row."""
        try:
            return admit(key, address)
        except Refused as refusal:
            now = self._node.reactor.seconds()
            if now - self._told_at >= self._node.limits.publish_silent_s:
                self._told_at = now
                self._node.events.happened("publisher_lost", address=address, reason=refusal)
            raise

    def _rtmp(self) -> rtmp.RtmpSession:
        return rtmp.RtmpSession(self._node.random.randbytes(rtmp.RANDOM_BYTES))

    def _put(self) -> put.PutSession:
        return put.PutSession(self._node.limits)

    def _as_film(self, key: str, address: str) -> ISink:
        self._admittance.with_key(key)
        return self._film(address)

    def _with_key(self, key: str, address: str) -> ISink:
        self._admittance.with_key(key)
        return self._packets(address)

    def _on_the_peer_port(self, key: str, address: str) -> ISink:
        self._admittance.on_the_peer_port(key, Address.parse(address, 1).host)
        return self._packets(address)

    def _without_key(self, key: str, address: str) -> ISink:
        self._admittance.without_key(Address.parse(address, 1).host)
        return self._packets(address)

    def _tell(self, address: Address, told: IEvents) -> None:
        key = self._admittance.key
        told.happened("live_listening", server=f"rtmp://{address}/live", key=key or "as you like")
        told.happened("live_put", url=f"http://{address}/live/{key or quote(self._name, safe='')}")
        if self._admittance.senders is None or self._admittance.senders:
            told.happened("live_plain", address=str(address))
