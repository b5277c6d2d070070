"""From a name to data that fills itself: ask the central, then the peers that it lists."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.links import Link
from p2pstream.content.text import printable
from p2pstream.content.wants import Sources, Stream
from p2pstream.data.disk import DiskFile, open_draft, scratch_file, withdraw
from p2pstream.data.partial import PartialData
from p2pstream.errors import NoCentral, NoSource, StorageError
from p2pstream.interfaces import IArriving, INode, ISource, IStreamView
from p2pstream.peer.opened import unless_cancelled
from p2pstream.protocols.registry import Registry
from p2pstream.swarm.download import Download
from p2pstream.transport.dialling import dial_trouble

__all__ = ["OpenStream", "Streams"]


class OpenStream:
    """One stream on its way here.

    :param path: the name that it gets when it is whole; None for one that is only watched.
    """

    def __init__(self, data: PartialData, download: Download, path: str | None, node: INode) -> None:
        self._partial = data
        self._path = path
        self._events = node.events
        #: What the network fills, for any number of readers.
        self.data: IArriving = data
        self.view: IStreamView = download
        #: Fires when all is here and, if it is kept, durable under its final name.
        #: Fails as `Download.run` says.
        self.done: Deferred[None] = Deferred()
        self._filling: Deferred[None] = Deferred.fromCoroutine(self._fill(download))
        self._filling.chainDeferred(self.done)

    def close(self) -> Deferred[None]:
        """Stop fetching and free everything; what is not whole is not kept."""
        return Deferred.fromCoroutine(self._close())

    async def _fill(self, download: Download) -> None:
        await download.run()
        if self._path is not None:
            self._events.happened("saved", path=self._path, length=self.data.length)

    async def _close(self) -> None:
        # Whoever wanted to know how it ended has asked before.
        self.done.addErrback(lambda _: None)
        over: Deferred[None] = Deferred()
        # Not awaited itself: it may be what we are called from.
        self._filling.addBoth(over.callback).cancel()
        await over
        await self._partial.close()


class Streams:
    """Opens streams by name.

    :param node: what protocols are told of this process.
    :param registry: where wire protocols are found.
    :param peer_port: the port of peers that are listed without one.
    :param protocol: the name of the wire protocol that peers are asked in.
    """

    def __init__(
        self, node: INode, registry: Registry, peer_port: int = PEER_PORT, protocol: str = "classic"
    ) -> None:
        self._node = node
        self._registry = registry
        self._peer_port = peer_port
        self._protocol = protocol

    def open(self, link: Link, into: str | None = None, replace: bool = True) -> Deferred[OpenStream]:
        """Look the stream up and begin to fetch it.

        :param into: the path of the file to make; left out, the bytes go to a file
            without a name, which ends with the process.
        :param replace: whether it may take the place of a file that is there by then.
        :returns: fails with `errors.NoCentral`, `errors.NotFound`, `errors.NoSource`,
            `errors.StorageError`, and with `errors.PluginError` for a protocol that is
            not there.
        """
        return Deferred.fromCoroutine(self._open(link, into, replace))

    async def _open(self, link: Link, into: str | None, replace: bool) -> OpenStream:
        node, speech = self._node, self._registry.get(self._protocol)

        def dial(address: Address) -> Deferred[ISource]:
            return speech.connect(self._endpoint(address), Stream(link.name), node)

        # The central thinks while the disk does.
        lookup = Deferred.fromCoroutine(self._sources(link))
        try:
            file = await unless_cancelled(node.workers.run(_room, into, replace), _drop)
        except BaseException:
            lookup.addErrback(lambda _: None)
            lookup.cancel()
            raise
        data = PartialData(file, node.workers, node.limits)
        try:
            addresses = await lookup
        except BaseException:
            await data.close()
            raise
        download = Download(link.name, data, dial, addresses, node.reactor, node.events, node.limits)
        return OpenStream(data, download, into, node)

    async def _sources(self, link: Link) -> Sequence[Address]:
        """Who has it, according to the central; somebody at least."""
        node, central = self._node, str(link.central)
        node.events.happened("lookup_started", name=link.name, central=central)
        asking = self._registry.get("classic").connect(self._endpoint(link.central), Sources(link.name), node)
        try:
            listed = [self._ported(address) for address in await asking]
        except (ConnectError, ConnectionClosed, DNSLookupError, OSError) as fault:
            # The plain OSError: an address that names a network of another machine, [fe80::1%eth9].
            hint = "is the address right, and p2p-central running there?"
            raise NoCentral(f"cannot reach the central {central}: {dial_trouble(fault)}; {hint}") from None
        told = [str(address) for address in listed]
        node.events.happened("lookup_done", name=link.name, central=central, sources=told)
        if not listed:
            raise NoSource(f"{central} lists no address for “{printable(link.name, 80)}” that can be dialled")
        return listed

    def _ported(self, address: Address) -> Address:
        return Address(address.host, self._peer_port) if address.port == PEER_PORT else address

    def _endpoint(self, address: Address) -> IStreamClientEndpoint:
        reactor, timeout_s = self._node.reactor, self._node.limits.connect_s
        # A literal needs no resolver, and so not the thread that HostnameEndpoint would start.
        if address.ip is None:
            return HostnameEndpoint(reactor, address.host.encode("ascii"), address.port, timeout_s)
        kind = TCP4ClientEndpoint if address.is_ipv4 else TCP6ClientEndpoint
        return kind(reactor, address.host, address.port, timeout_s)


def _room(into: str | None, replace: bool) -> DiskFile:
    """A file to fill; called in a worker."""
    if into is not None:
        return open_draft(into, replace)
    # No home, or one that is read-only: the system has a place too.
    with suppress(OSError, StorageError):
        return scratch_file(_cache())
    return scratch_file()


def _drop(file: DiskFile) -> None:
    withdraw(file)
    file.close()


def _cache() -> str:
    """Our folder for what is only watched, closed to others."""
    above = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(above, "p2pstream")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder
