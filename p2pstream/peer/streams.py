"""From a name to data that fills itself: ask the central, then the peers that it lists."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, Key, LiveKey
from p2pstream.content.links import Link
from p2pstream.content.listed import ListedPeer
from p2pstream.content.wants import Stream, Units, WebUnits
from p2pstream.data.disk import DiskFile, open_draft, scratch_file, withdraw
from p2pstream.data.partial import PartialData
from p2pstream.errors import P2PStreamError, Refused, StorageError, UsageError
from p2pstream.interfaces import (
    IArriving,
    IHeldStream,
    ILiveData,
    INode,
    ISource,
    IStore,
    IStreamView,
    IUnitSource,
)
from p2pstream.peer.dials import Dials
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.fetching.plain import PlainStream
from p2pstream.peer.fetching.proven import FinalPath, ProvenStream
from p2pstream.peer.folders.opened import unless_cancelled
from p2pstream.peer.live.viewing import Watching, open_viewing
from p2pstream.peer.names.known import Known
from p2pstream.peer.names.lookup import Lookup, ResolvedName
from p2pstream.peer.names.publishers import Publishers
from p2pstream.peer.ways import Ways
from p2pstream.swarm.bans import Bans
from p2pstream.swarm.download import Download
from p2pstream.values import value

__all__ = ["Memory", "OpenStream", "Streams"]


class OpenStream(Protocol):
    """One stream on its way here."""

    #: What the network fills, for any number of readers.
    data: IArriving
    view: IStreamView
    #: Fires when all is here and, if it is kept, durable under its final name.
    #: Fails as `swarm`'s downloads say.
    done: Deferred[None]

    @property
    def broadcast(self) -> ILiveData | None:
        """The same as a broadcast; None of a film."""

    def stop(self) -> Deferred[None]:
        """Fetch nothing more; what is here stays.  Harmless when done twice."""

    def close(self) -> Deferred[None]:
        """Stop fetching and free everything."""


@value
class Memory:
    """What a process knows from before, of names and of peers."""

    publishers: Publishers
    #: What centrals said of names; None: it is not kept.
    known: Known | None
    bans: Bans


class Streams:
    """Opens streams by name.

    With a store and ``ask`` a stream that has a key is fetched by it, every byte proven;
    one that only peers of the ancestor's kind have, or that only a central of that kind
    knows, is fetched as they send it.

    :param node: what protocols are told of this process.
    :param memory: what is known from before; left out, nothing.
    :param own: is told of each stream with a key that is fetched; others may have it from there.
    :param watching: how broadcasts are watched; None: there is no use for them.
    """

    def __init__(
        self,
        node: INode,
        ways: Ways,
        memory: Memory | None = None,
        own: OwnStreams | None = None,
        watching: Watching | None = None,
    ) -> None:
        self._own = own
        self._watching = watching
        self._node = node
        self._ways = ways
        self._dials = Dials(node.reactor, node.limits)
        self._memory = memory or Memory(Publishers({}, node.events), None, Bans(node.limits))
        names = self._memory.publishers, self._memory.known, self._kept
        self._lookup = Lookup(node, ways, self._dials, *names)

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
        # The central thinks while the disk does.
        self._ways.registry.get(self._ways.protocol)
        lookup = Deferred.fromCoroutine(self._lookup.find(link))
        try:
            file = await unless_cancelled(self._node.workers.run(_room, into, replace), _drop)
        except BaseException:
            lookup.addErrback(lambda _: None)
            lookup.cancel()
            raise
        try:
            found = await lookup
        except BaseException:
            await self._node.workers.run(_drop, file)
            raise
        if found.key is None or self._ways.store is None:
            return self.plain(link, found, file, into)
        await self._node.workers.run(_drop, file)
        if isinstance(found.key, LiveKey):
            return await self._live(link, found, into)
        return await self.proven(link, found, self._ways.store, FinalPath(into, replace) if into else None)

    async def _live(self, link: Link, found: ResolvedName, into: str | None) -> OpenStream:
        assert found.asked is not None, "somebody told of the key"
        try:
            if into is not None:
                raise UsageError(f"“{link.name}” is a broadcast: it can be kept when it is over")
            return await self.watched(link, found)
        except P2PStreamError:
            await found.asked.close()
            raise

    async def watched(self, link: Link, found: ResolvedName) -> OpenStream:
        """A broadcast, as `open`.

        :raises Refused: there is no use for one, or it is another than was watched under that name.
        """
        assert isinstance(found.key, LiveKey), "it is a broadcast"
        if self._watching is None:
            raise Refused("that is a broadcast, which each program watches by itself")
        if link.key is None:
            self._memory.publishers.watched(link.name, found.key)
        return await open_viewing(link, found, self._node, self._dials, self._own, self._watching)

    def plain(self, link: Link, found: ResolvedName, file: DiskFile, into: str | None) -> OpenStream:
        """A stream that has none, as `open`; closes ``file``."""
        node, speech = self._node, self._ways.registry.get(self._ways.protocol)

        def dial(address: Address) -> Deferred[ISource]:
            return speech.connect(self._dials(address), Stream(link.name), node)

        data = PartialData(file, node.workers, node.limits)
        addresses = [peer.address for peer in found.peers]
        download = Download(link.name, data, dial, addresses, node.reactor, node.events, node.limits)
        return PlainStream(data, download, into, node)

    async def proven(
        self, link: Link, found: ResolvedName, store: IStore, place: FinalPath | None
    ) -> OpenStream:
        """A stream that has a key, as `open`."""
        data = await self.held(found, store, place)
        if self._own is not None:
            self._own.add(data)
        return self.fetched(link, found, data, store, place, self._node)

    async def held(self, found: ResolvedName, store: IStore, place: FinalPath | None) -> IHeldStream:
        """As far as it is in the store; where that refuses, nobody is asked any more."""
        assert isinstance(found.key, FileKey) and found.asked is not None
        try:
            return await store.open(found.key, pinned=place is not None)
        except BaseException:
            await found.asked.close()
            raise

    def fetched(
        self,
        link: Link,
        found: ResolvedName,
        data: IHeldStream,
        store: IStore,
        place: FinalPath | None,
        node: INode,
    ) -> ProvenStream:
        """The rest of it from peers; closes ``data``.

        :param node: who is told what happens.
        """
        key, asked = found.key, found.asked
        assert isinstance(key, FileKey) and asked is not None
        speech, seeds = self._ways.registry.get("native"), self._ways.web_seeds

        def dial(peer: ListedPeer) -> Deferred[IUnitSource]:
            if peer.address in seeds:
                web = WebUnits(key, seeds[peer.address])
                return self._ways.registry.get("http").connect(self._dials(peer.address), web, node)
            want = Units(key, seed=peer.is_seed, id=peer.id if any(peer.id) else None)
            suspect = self._memory.bans.is_suspect(peer.address, node.reactor.seconds())
            endpoint = self._dials(peer.address, tls=suspect)
            dialling: Deferred[IUnitSource] = speech.connect(endpoint, want, node)
            if self._ways.doorstep is None:
                return dialling
            return Deferred.fromCoroutine(self._ways.doorstep.reach(peer, key, dialling, asked))

        stream = ProvenStream(link.name, found, data, dial, store, place, node, self._memory.bans)
        stream.also(seeds)
        if self._ways.neighbours is not None:
            stream.look_around(self._ways.neighbours)
        return stream

    def _kept(self, keys: Collection[Key]) -> Deferred[Collection[Key]]:
        return Deferred.fromCoroutine(self.whole(keys))

    async def whole(self, keys: Collection[Key]) -> Collection[Key]:
        """Those of which everything is in the store."""
        if self._ways.store is None:
            return ()
        await self._ways.store.ready()
        whole = set[Key]()
        for key in set(self._ways.store.keys()).intersection(keys):
            kept = await self._ways.store.open(key)
            if kept.complete:
                whole.add(key)
            kept.close()
        return whole


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
