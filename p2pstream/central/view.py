"""A central, as pages, programs and metrics see it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from p2pstream.central.directory import STRANGER, Directory
from p2pstream.central.leasing.places import Networks
from p2pstream.central.rows import KnownName, cursor, read_cursor
from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey, LiveKey, to_base32
from p2pstream.content.listed import HTTP, REACHABLE, ListedPeer, Standing
from p2pstream.content.shown import CatalogueCounts, Measured, ShownPeer, ShownStream, ShownStreams, Topic
from p2pstream.content.signed.records import Record
from p2pstream.errors import BadName, PeerError, UsageError
from p2pstream.interfaces import ICentralView
from p2pstream.limits import Limits
from p2pstream.measuring.instruments import Instruments
from p2pstream.measuring.node_view import NodeView
from p2pstream.protocols.node import Means

__all__ = ["CentralView"]


@implementer(ICentralView)
class CentralView(NodeView):
    """Shows what its directory knows.

    :param here: whether the peer of an id is connected: browsers are sent to those first.
    :param loading: whether names of earlier runs are still being read.
    """

    role = "central"

    def __init__(
        self,
        means: Means,
        instruments: Instruments,
        address: Callable[[], str],
        connections: Callable[[], tuple[int, int]],
        directory: Directory,
        here: Callable[[bytes], bool],
        loading: Callable[[], bool],
    ) -> None:
        super().__init__(means.reactor, instruments, means.identity.id, address, connections)
        self._limits: Limits = means.limits
        self._directory = directory
        self._here = here
        self._loading = loading

    def changed(self, topic: Topic = Topic.STREAMS) -> None:
        """Something of it is another thing now, as whoever changed it says."""
        self._observers.changed(topic)

    def counts(self) -> CatalogueCounts:
        """See `ICentralView`."""
        leases = self._directory.leases
        return CatalogueCounts(len(self._directory), len(leases), len(leases.peers))

    def streams(self, words: str, after: str, most: int) -> Deferred[ShownStreams]:
        """See `ICentralView`."""
        return Deferred.fromCoroutine(self._streams(words, after, most))

    def named(self, name: str, asker: Address | None) -> Deferred[Sequence[ShownStream]]:
        """See `ICentralView`."""
        return Deferred.fromCoroutine(self._named(name, asker))

    def keyed(self, key: FileKey, asker: Address | None) -> Deferred[Sequence[ShownPeer]]:
        """See `ICentralView`."""
        return succeed(self._holders(key.encode(), asker))

    async def _streams(self, words: str, after: str, most: int) -> ShownStreams:
        place = _place(after)
        found = await self._directory.search(words, place, most)
        more = _text(cursor(found[-1])) if len(found) == most and found else ""
        return ShownStreams(tuple(map(self._show, found)), more)

    async def _named(self, name: str, asker: Address | None) -> Sequence[ShownStream]:
        try:
            found = await self._directory.resolve(name)
        except BadName:
            return []
        return [self._show(each, self._peers(each, asker)) for each in found]

    def _peers(self, known: KnownName, asker: Address | None) -> Sequence[ShownPeer]:
        """Some of those who have it, as far as whoever asks may be told."""
        if known.key:
            return self._holders(known.key, asker)
        return [ShownPeer(str(address)) for address in known.addresses[: self._limits.central_peers]]

    def _holders(self, key: bytes, asker: Address | None) -> list[ShownPeer]:
        place, most = Networks.of(asker or STRANGER), self._limits.central_peers
        found = self._directory.leases.choose(key, place, most, self._clock.seconds())
        peers = [_peer(peer, self._here(peer.id)) for peer in found]
        return sorted(peers, key=lambda peer: not peer.here)

    def _show(self, known: KnownName, peers: Sequence[ShownPeer] = ()) -> ShownStream:
        if known.standing is Standing.MAPPED:
            name = known.said.decode("utf-8")
            return ShownStream(name, known.standing, seeds=known.seeds, peers=tuple(peers))
        record = Record.decode(known.said, self._limits)
        key = record.key
        return ShownStream(
            record.name,
            known.standing,
            key.text if key is not None else "",
            key.length if isinstance(key, FileKey) else None,
            record.dur_ms / 1000 if record.dur_ms else None,
            record.mime,
            isinstance(key, LiveKey),
            record.side.text if record.side is not None else "",
            known.seeds,
            known.sources - known.seeds,
            to_base32(record.publisher),
            record.t,
            record.tags,
            tuple(peers),
        )

    def _awaited(self) -> Iterator[str]:
        if self._loading():
            yield "the names from earlier runs"

    def _own(self) -> Iterator[Measured]:
        counts = self.counts()
        yield from self._instruments.metrics.counted("p2pstream_requests_total")
        yield Measured("p2pstream_names", float(counts.names))
        yield Measured("p2pstream_leases", float(counts.leases))
        yield Measured("p2pstream_peers", float(counts.peers))


def _peer(peer: ListedPeer, here: bool) -> ShownPeer:
    id = to_base32(peer.id) if any(peer.id) else ""
    return ShownPeer(
        str(peer.address), id, peer.is_seed, bool(peer.flags & HTTP), bool(peer.flags & REACHABLE), here
    )


def _text(raw: bytes) -> str:
    """A cursor in a URL."""
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _place(text: str) -> tuple[str, int] | None:
    """What a cursor says that may be a stranger's.

    :raises UsageError: it is none of ours.
    """
    try:
        return read_cursor(urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (PeerError, ValueError):
        raise UsageError("“after” is no place in this list") from None
