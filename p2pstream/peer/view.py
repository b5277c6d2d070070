"""A peer, as pages, programs and metrics see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from zope.interface import implementer

from p2pstream.content.keys import FileKey, Key
from p2pstream.content.media_types import type_of
from p2pstream.content.shown import (
    HashingSnapshot,
    ListedAt,
    Measured,
    PeerLimits,
    SharedFolder,
    ShownFetch,
    ShownShare,
    ShownShares,
    Topic,
)
from p2pstream.interfaces import IPeerView
from p2pstream.measuring.instruments import Instruments
from p2pstream.measuring.node_view import NodeView
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.keying import Keying
from p2pstream.protocols.node import Means

__all__ = ["FetchingView", "ListingsView", "PeerView"]


class ListingsView(Protocol):
    """Where a peer is listed, as `centrals.announcer.Announcer` knows it."""

    turned: Callable[[], None]

    def standings(self) -> Sequence[ListedAt]:
        """Of each central."""


class FetchingView(Protocol):
    """What is fetched, as `residency.downloads.Downloads` knows it."""

    turned: Callable[[], None]

    def shown(self) -> Sequence[ShownFetch]:
        """The oldest first."""

    def called(self, key: FileKey) -> str:
        """What one of that key is called; empty where none has it."""


@implementer(IPeerView)
class PeerView(NodeView):
    """Shows what the parts of a peer know.

    :param fetching: None where nothing is fetched.
    :param duration_ms: of a film that is shared, as far as is known; 0: it is not.
    """

    role = "peer"

    def __init__(
        self,
        means: Means,
        instruments: Instruments,
        address: Callable[[], str],
        connections: Callable[[], tuple[int, int]],
        shares: Shares,
        keying: Keying,
        listings: ListingsView,
        fetching: FetchingView | None,
        allowed: Callable[[], PeerLimits],
        duration_ms: Callable[[FileKey], int] = lambda film: 0,
    ) -> None:
        super().__init__(means.reactor, instruments, means.identity.id, address, connections)
        self._shares = shares
        self._keying = keying
        self._listings = listings
        self._fetching = fetching
        self._allowed = allowed
        self._duration_ms = duration_ms
        changed = self._observers.changed
        #: As they were told last.
        self._folders = self.folders()
        shares.observe(self._turned)
        keying.observe(lambda came, went: changed(Topic.SHARES))
        listings.turned = lambda: changed(Topic.CENTRALS)
        if fetching is not None:
            fetching.turned = lambda: changed(Topic.FETCHES)
        instruments.traffic.called = self._called

    def changed(self, topic: Topic) -> None:
        """Something of it is another thing now, as whoever changed it says."""
        self._observers.changed(topic)

    def folders(self) -> Sequence[SharedFolder]:
        """See `IPeerView`."""
        return self._shares.folders()

    def shares(self, words: str, after: str, most: int) -> ShownShares:
        """See `IPeerView`."""
        offers, wanted = self._shares.offers, words.casefold().split()
        shown: list[ShownShare] = []
        more = ""
        for offer in offers.behind(after):
            folded = offer.name.casefold()
            if not all(word in folded for word in wanted):
                continue
            if len(shown) == most:
                more = shown[-1].name if shown else after
                break
            shown.append(self._share(offer))
        return ShownShares(tuple(shown), len(offers), offers.length, more)

    def hashing(self) -> HashingSnapshot:
        """See `IPeerView`."""
        return self._keying.hashing()

    def fetches(self) -> Sequence[ShownFetch]:
        """See `IPeerView`."""
        return () if self._fetching is None else self._fetching.shown()

    def limits(self) -> PeerLimits:
        """See `IPeerView`."""
        return self._allowed()

    def centrals(self) -> Sequence[ListedAt]:
        """See `IPeerView`."""
        return self._listings.standings()

    def _share(self, offer: Offer) -> ShownShare:
        key = self._keying.keyed.key(offer)
        hashed = None if key is not None else self._keying.hashed(offer)
        text = "" if key is None else key.text
        duration_ms = 0 if key is None else self._duration_ms(key)
        duration_s = duration_ms / 1000 if duration_ms else None
        return ShownShare(offer.name, offer.stamp.size, text, type_of(offer.name), hashed, duration_s)

    def _called(self, key: Key) -> str:
        if not isinstance(key, FileKey):
            return ""
        offers = self._keying.keyed.offers(key)
        if offers:
            return offers[0].name
        return "" if self._fetching is None else self._fetching.called(key)

    def _turned(self, turn: Turn) -> None:
        if turn.shared or turn.withdrawn:
            self._observers.changed(Topic.SHARES)
        before, self._folders = self._folders, self.folders()
        if before != self._folders:
            self._observers.changed(Topic.FOLDERS)
            self._observers.changed(Topic.NODE)

    def _awaited(self) -> Iterator[str]:
        # Paths are nobody's business but this machine's.
        unlooked = sum(not folder.looked for folder in self.folders())
        if unlooked:
            yield f"a first look at {unlooked} of {len(self.folders())} shared folders"

    def _troubles(self) -> Iterator[str]:
        folders = self.folders()
        if troubled := sum(bool(folder.trouble) for folder in folders):
            yield f"{troubled} of {len(folders)} shared folders cannot be read"
        for standing in self.centrals():
            if standing.listed is False:
                yield f"not listed at {standing.central}"
            elif standing.reachable is False:
                yield f"{standing.central} cannot reach us"

    def _own(self) -> Iterator[Measured]:
        metrics, folders, hashing = self._instruments.metrics, self.folders(), self.hashing()
        offers, allowed = self._shares.offers, self._allowed()
        yield Measured("p2pstream_folders", float(len(folders)))
        yield Measured("p2pstream_folders_troubled", float(sum(bool(each.trouble) for each in folders)))
        yield Measured("p2pstream_shares", float(len(offers)))
        yield Measured("p2pstream_share_bytes", float(offers.length))
        yield Measured("p2pstream_hash_queue_files", float(hashing.files))
        yield Measured("p2pstream_hash_queue_bytes", float(hashing.length - hashing.done))
        states = Counter("listed" if each.listed else "not_listed" for each in self.centrals())
        yield from (Measured("p2pstream_centrals", float(count), (state,)) for state, count in states.items())
        yield Measured("p2pstream_fetches", float(len(self.fetches())))
        yield from metrics.spreads(["p2pstream_startup_seconds"])
        yield metrics.total("p2pstream_stalls_total")
        yield metrics.total("p2pstream_stall_seconds_total")
        yield from metrics.spreads(["p2pstream_unit_latency_seconds"])
        yield Measured("p2pstream_upload_limit_bytes", float(allowed.upload or 0))
