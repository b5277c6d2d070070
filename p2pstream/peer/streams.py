"""From a name to data that fills itself: ask the central, then the peers that it lists."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError
from twisted.python.failure import Failure

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.links import Link
from p2pstream.content.text import printable
from p2pstream.content.wants import Sources, Stream
from p2pstream.data.disk import DiskFile, open_draft, scratch_file
from p2pstream.data.partial import PartialData
from p2pstream.errors import NoCentral, NoSource, NotFound, PeerError, SourceLost, StorageError
from p2pstream.interfaces import IArriving, INode, ISource, IStreamView
from p2pstream.peer.dialling import Dial, why
from p2pstream.protocols.registry import Registry
from p2pstream.swarm.download import Download

# What can go wrong on the way to another machine.
_NETWORK = (ConnectError, ConnectionClosed, DNSLookupError, SourceLost)


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
        self._running = download.run()
        #: Fires when all is here and, if it is kept, durable under its final name.
        self.done: Deferred[None] = Deferred.fromCoroutine(self._whole())

    def close(self) -> Deferred[None]:
        """Stop fetching and free everything; what is not whole is not kept."""
        return Deferred.fromCoroutine(self._close())

    async def _whole(self) -> None:
        await self._running
        if self._path is not None:
            self._events.happened("saved", path=self._path, length=self.data.length)

    async def _close(self) -> None:
        self._running.addErrback(lambda _: None)
        self._running.cancel()
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

    def open(self, link: Link, into: str | None = None) -> Deferred[OpenStream]:
        """Look the stream up and begin to fetch it.

        :param into: the path of the file to make; left out, the bytes go to a file
            without a name, which ends with the process.
        :returns: fails with `errors.NoCentral`, `errors.NotFound`, `errors.NoSource`
            or `errors.StorageError`.
        """
        return Deferred.fromCoroutine(self._open(link, into))

    async def _open(self, link: Link, into: str | None) -> OpenStream:
        file = await self._node.workers.run(_room, into)
        data = PartialData(file, self._node.workers, self._node.limits)
        try:
            addresses = await self._sources(link)
        except BaseException:
            await data.abort(Failure())
            await data.close()
            raise
        node = self._node
        download = Download(
            link.name, data, self._dialler(link.name), addresses, node.reactor, node.events, node.limits
        )
        return OpenStream(data, download, into, node)

    async def _sources(self, link: Link) -> Sequence[Address]:
        """Who has it, according to the central; somebody at least."""
        node, shown = self._node, printable(link.name, 80)
        dial = Dial(node.reactor, link.central, node.limits.connect_s)
        node.events.happened("lookup_started", name=link.name, central=str(link.central))
        try:
            listed = await self._registry.get("classic").connect(dial, Sources(link.name), node)
        except NotFound:
            raise NotFound(f"{link.central} knows nobody who has “{shown}”; is the name right?") from None
        except PeerError as fault:
            raise NoCentral(f"{link.central} does not answer as a central does: {fault}") from None
        except _NETWORK as fault:
            hint = "is p2p-central running there, and the address right?"
            raise NoCentral(f"cannot reach the central {link.central}: {why(fault)}; {hint}") from None
        found = [self._ported(address) for address in listed if _may_dial(address, dial.reached)]
        node.events.happened(
            "lookup_done", name=link.name, central=str(link.central), sources=[str(each) for each in found]
        )
        if not found:
            hint = "a peer must be listed with an address that others reach"
            raise NoSource(f"the peers of “{shown}” that {link.central} lists cannot be dialled; {hint}")
        return found

    def _ported(self, address: Address) -> Address:
        return Address(address.host, self._peer_port) if address.port == PEER_PORT else address

    def _dialler(self, name: str) -> Callable[[Address], Deferred[ISource]]:
        async def dial(address: Address) -> ISource:
            endpoint = Dial(self._node.reactor, address, self._node.limits.connect_s)
            try:
                source: ISource = await self._registry.get(self._protocol).connect(
                    endpoint, Stream(name), self._node
                )
            except _NETWORK as fault:
                raise SourceLost(why(fault)) from None
            return source

        return lambda address: Deferred.fromCoroutine(dial(address))


def _may_dial(address: Address, central: Address) -> bool:
    """Whether a central may send us there; only one on this machine may send us to this machine."""
    return address.is_dialable and (address.scope != "loopback" or central.scope == "loopback")


def _room(into: str | None) -> DiskFile:
    """A file to fill; called in a worker."""
    if into is not None:
        return open_draft(into)
    try:
        return scratch_file(_cache())
    except (OSError, StorageError):
        # No home, or one that is full or read-only: the system has a place too.
        return scratch_file()


def _cache() -> str:
    """Our folder for what is only watched, closed to others."""
    above = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = os.path.join(above, "p2pstream")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return folder
