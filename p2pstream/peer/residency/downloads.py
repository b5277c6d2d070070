"""Streams that a peer fetches for its user's other programs: each once, whoever wants it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol

from twisted.internet.defer import Deferred
from zope.interface import implementer

from p2pstream.content.keys import FileKey, Key, LiveKey
from p2pstream.content.links import Link
from p2pstream.content.shown import ShownFetch
from p2pstream.data.disk import DiskFile, withdraw
from p2pstream.data.state import Pins
from p2pstream.errors import Refused
from p2pstream.interfaces import IEvents, IFetched, IFetches, IHasher, IHeldStream, IStore, IStream
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.fetching.proven import FinalPath
from p2pstream.peer.live.shared_viewings import SharedViewings
from p2pstream.peer.live.viewing import Watching
from p2pstream.peer.names.known import Known
from p2pstream.peer.names.lookup import AskedCentral, ResolvedName
from p2pstream.peer.names.publishers import Publishers
from p2pstream.peer.node import PeerNode
from p2pstream.peer.residency.shared_fetch import Audience, SharedFetch, UsedStream
from p2pstream.peer.residency.shared_film import SharedFilm
from p2pstream.peer.streams import Memory, OpenStream, Streams
from p2pstream.peer.untold import Untold
from p2pstream.peer.ways import Ways
from p2pstream.protocols.resident.messages import Fetch, fingerprint
from p2pstream.swarm.bans import Bans

__all__ = ["Downloads", "SharedFolders"]


class SharedFolders(Protocol):
    """Streams that lie in folders that are shared, as `peer.keys.keyed_streams.KeyedStreams`."""

    def __contains__(self, key: object) -> bool:
        """Whether one is there."""

    def open(self, key: FileKey) -> Deferred[IStream]:
        """As `INode.open_key`."""


@implementer(IFetches)
class Downloads:
    """What is fetched lies in the store that this user's programs share.

    :param node: who we are to others; what we fetch we give, too.
    :param ways: its registry is loaded; its doorstep and its store are closed with this, and
        then ``hasher``; who is asked is said by ``ask``.
    :param ask: makes what asks centrals, given what they are known to be called.
    :param remember: what this user's programs know of centrals and names, as
        `fetching.keeping.remembered`; blocks.
    :param own: is told of what is fetched, for others to have.
    :param shared: what lies in our folders.
    :param watching: how broadcasts are watched for players that ask this very process; None: they are not.
    """

    def __init__(
        self,
        node: PeerNode,
        ways: Ways,
        ask: Callable[[Pins], Callable[..., AskedCentral]],
        hasher: IHasher,
        remember: Callable[[], tuple[Pins, Pins, Known]],
        own: OwnStreams,
        shared: SharedFolders,
        watching: Watching | None = None,
    ) -> None:
        self.node = node
        self.watching = watching
        #: Broadcasts that are watched.
        self.viewings = SharedViewings(lambda: self.turned())
        self.ways = ways
        self.ask = ask
        self.shared = shared
        #: What others are given of it.
        self.own = own
        self._hasher = hasher
        self._remember = remember
        #: Those who still write down what was learnt.
        self._settling: set[Deferred[None]] = set()
        self._bans = Bans(node.limits)
        #: The last of each key; it is given as long as somebody uses it.
        self._fetches: dict[FileKey, SharedFetch] = {}
        #: Called when something is fetched that was not, or no longer; set by whoever shows it.
        self.turned: Callable[[], None] = lambda: None

    def open(self, wanted: Fetch, events: IEvents) -> Deferred[Any]:
        """As `protocols.resident.serving` wants it."""
        return Deferred.fromCoroutine(self._open(wanted, events))

    def fetch(self, link: Link) -> Deferred[IFetched]:
        """As `IFetches` says, for players that ask this very process."""
        wanted = Fetch(str(link), group=fingerprint(self.node.secret))
        opening: Deferred[Any] = Deferred.fromCoroutine(self._open(wanted, Untold(), self.watching))
        return opening

    def shown(self) -> Sequence[ShownFetch]:
        """What is fetched, or was and is used still, the oldest first."""
        return [*(fetch.shown() for fetch in self._fetches.values()), *self.viewings.shown()]

    def called(self, key: FileKey) -> str:
        """What one of that key is called; empty where none is fetched."""
        fetch = self._fetches.get(key)
        return "" if fetch is None else fetch.stream.view.snapshot().name

    def close(self) -> Deferred[None]:
        """What was fetched is durable."""
        return Deferred.fromCoroutine(self._close())

    async def _open(self, wanted: Fetch, events: IEvents, watching: Watching | None = None) -> OpenStream:
        if wanted.group != fingerprint(self.node.secret):
            raise Refused("it is not of the same closed group")
        link = Link.parse(wanted.link)
        # Each time: other programs learn something, too.
        remembered = pins, publishers, known = await self.node.workers.run(self._remember)
        memory = Memory(Publishers(publishers, events, wanted.accept), known, self._bans)
        streams = SharedStreams(self, self.ask(pins), events, memory, wanted.peer_port, watching)
        try:
            return await streams.open(link, wanted.into, wanted.replace)
        finally:
            for each in remembered:
                self._settle(each.settled())

    def _settle(self, settling: Deferred[None]) -> None:
        self._settling.add(settling)
        settling.addBoth(lambda _: self._settling.discard(settling))

    async def _close(self) -> None:
        await self.viewings.close()
        for fetch in list(self._fetches.values()):
            await fetch.close()
        if self.ways.doorstep is not None:
            await self.ways.doorstep.close()
        for settling in list(self._settling):
            await settling
        if self.ways.store is not None:
            await self.ways.store.close()
        await self._hasher.close()

    def use(
        self,
        found: ResolvedName,
        data: IHeldStream,
        place: FinalPath | None,
        events: IEvents,
        begin: Callable[[IHeldStream, Audience], Any],
    ) -> UsedStream:
        """Have one user more of a stream, whose fetching is begun if it is not on its way.

        :raises Refused: somebody has it moved into a file of theirs already.
        """
        key = data.key
        fetch = self._fetches.get(key)
        if fetch is None or fetch.over:
            audience = Audience(events)
            fetch = SharedFetch(begin(data.again(), audience), audience, data.again(), self._forget)
            self._fetches[key] = fetch
            self.own.add(fetch.own)
            self.turned()
        elif place is not None and fetch.placed:
            raise Refused("another program of yours is about to have it as a file")
        else:
            fetch.stream.add(found.peers)
        return fetch.use(data, place, events)

    def _forget(self, fetch: SharedFetch) -> None:
        if self._fetches.get(fetch.key) is fetch:
            del self._fetches[fetch.key]
            self.own.drop(fetch.key)
            self.turned()


class SharedStreams(Streams):
    """Opens what a `Downloads` fetches, for one program."""

    def __init__(
        self,
        downloads: Downloads,
        ask: Callable[..., AskedCentral],
        events: IEvents,
        memory: Memory,
        peer_port: int,
        watching: Watching | None = None,
    ) -> None:
        node = downloads.node
        ways = replace(downloads.ways, ask=ask, peer_port=peer_port)
        super().__init__(node.telling(events), ways, memory, downloads.own, watching)
        self._downloads = downloads
        self._telling = node.telling
        self._events = events

    async def proven(
        self, link: Link, found: ResolvedName, store: IStore, place: FinalPath | None
    ) -> OpenStream:
        """As `Streams.proven`."""
        assert isinstance(found.key, FileKey) and found.asked is not None
        if found.key in self._downloads.shared:
            await found.asked.close()
            return await self._shared(link, found.key, place)
        data = await self.held(found, store, place)
        asked: AskedCentral | None = found.asked

        def begin(held: IHeldStream, audience: Audience) -> Any:
            nonlocal asked
            asked = None
            return self.fetched(link, found, held, store, None, self._telling(audience))

        try:
            return self._downloads.use(found, data, place, self._events, begin)
        except BaseException:
            data.close()
            raise
        finally:
            if asked is not None:
                asked.close().addErrback(lambda _: None)

    async def _shared(self, link: Link, key: FileKey, place: FinalPath | None) -> OpenStream:
        if place is not None:
            raise Refused("it shares that film itself, and gives no copies away but as to others")
        data = await self._downloads.shared.open(key)
        if not data.units.covers(0, key.units):
            data.close()
            raise Refused("that film has just gone from the folder that it shares")
        self._events.happened("fetched", received=key.length, seconds=0.0)
        return SharedFilm(link.name, data)

    async def watched(self, link: Link, found: ResolvedName) -> OpenStream:
        """As `Streams.watched`."""
        assert isinstance(found.key, LiveKey) and found.asked is not None
        opens = super().watched

        async def opened() -> Any:
            return await opens(link, found)

        stream, is_new = await self._downloads.viewings.join(found.key, opened)
        if not is_new:
            await found.asked.close()
        return stream

    def plain(self, link: Link, found: ResolvedName, file: DiskFile, into: str | None) -> OpenStream:
        """As `Streams.plain`: it would be nobody else's."""
        withdraw(file)
        file.close()
        raise Refused("nothing proves that film, so it is not kept")

    async def whole(self, keys: Collection[Key]) -> Collection[Key]:
        """As `Streams.whole`; what is shared here is not said to be had from others."""
        shared = {key for key in keys if isinstance(key, FileKey) and key in self._downloads.shared}
        return shared.union(await super().whole(keys))
