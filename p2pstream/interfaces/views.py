"""Seams of what is shown: a node as pages, the API, metrics and overlays see it, and what people may change.

All that is shown are values of `content.shown`.  Asking is cheap, has no effect, and never fails but
as is said; answers are bounded by what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.addresses import Address
    from p2pstream.content.keys import FileKey, Key
    from p2pstream.content.shown import (
        Bearing,
        CatalogueCounts,
        HashingSnapshot,
        ListedAt,
        Measured,
        NodeSnapshot,
        PeerLimits,
        SharedFolder,
        ShownFetch,
        ShownPeer,
        ShownShares,
        ShownStream,
        ShownStreams,
        ShownTransfer,
        Topic,
        TrafficTotal,
    )

__all__ = ["ICentralView", "IMeter", "INodeView", "IPeerChanges", "IPeerView", "ITraffic"]


class ITraffic(Interface):
    """Where wire protocols tell who gives what to whom."""

    def begin(
        bearing: Bearing,
        protocol: str,
        address: str,
        moved: Callable[[], int],
        key: Key | None = None,
        name: str = "",
        id: Callable[[], bytes] = bytes,
    ) -> Callable[[], None]:
        """A transfer begins; whoever begins it ends it.

        :param protocol: the name of the wire protocol.
        :param address: the other one, for people.
        :param moved: says how many bytes moved so far; asked whenever somebody looks, and at the end.
        :param name: what it is called; left out, what this node calls that key.
        :param id: says the other one's public key, empty until it is proven.
        :returns: what ends it; harmless when called twice.
        """


class IMeter(Interface):
    """Where all parts tell what is measured; every metric is in `metrics.METRICS`."""

    def count(metric: str, amount: float = 1.0, labels: tuple[str, ...] = ()) -> None:
        """A counter grows.

        :param labels: as many as the metric has; nothing that a stranger sent.
        """

    def observe(metric: str, value: float) -> None:
        """One more value of a histogram; cheap enough for every frame."""


class INodeView(Interface):
    """How one node stands.  Two kinds exist, `IPeerView` and `ICentralView`."""

    def node() -> NodeSnapshot:
        """Who and how it is."""

    def transfers(most: int) -> Sequence[ShownTransfer]:
        """Those under way, the newest last; where there are more, the newest of them."""

    def totals() -> Sequence[TrafficTotal]:
        """What moved in all, for each protocol and direction of which there was anything."""

    def measures() -> Sequence[Measured]:
        """All that is measured, those of one metric together; every metric is in `metrics.METRICS`."""

    def observe(changed: Callable[[Topic], None]) -> Callable[[], None]:
        """Call ``changed`` when something of that topic is another thing than before.

        It is called from the reactor's thread, at most once a topic in a turn of the reactor,
        and must neither raise nor block.  Returns what ends it, which is harmless when called twice.
        """


class IPeerView(INodeView):
    """How a peer stands."""

    def folders() -> Sequence[SharedFolder]:
        """All that are shared, in the order in which they count."""

    def shares(words: str, after: str, most: int) -> ShownShares:
        """A part of what is shared.

        :param words: only names in which each of these occurs, in whatever case; empty: all.
        :param after: only names behind this one, as `ShownShares.after` said; empty: from the first.
        """

    def hashing() -> HashingSnapshot:
        """How the finding of keys goes on."""

    def fetches() -> Sequence[ShownFetch]:
        """What is being fetched, the oldest first."""

    def limits() -> PeerLimits:
        """What it may use."""

    def centrals() -> Sequence[ListedAt]:
        """Where it is to be listed, in the order of the settings."""


class ICentralView(INodeView):
    """How a central stands."""

    def counts() -> CatalogueCounts:
        """How much it knows."""

    def streams(words: str, after: str, most: int) -> Deferred[ShownStreams]:
        """A part of what is listed, without peers.

        :param words: only those for each of whose words a name or tag has one that begins so; empty: all.
        :param after: as `ShownStreams.after` said; empty: from the first.
        :returns: fails with `errors.UsageError` where ``after`` is none of ours.
        """

    def named(name: str, asker: Address | None) -> Deferred[Sequence[ShownStream]]:
        """All streams of a name, the owner's first, with some of those who have each; may be none.

        :param asker: only peers that may be told to somebody there; None: only those that everybody is told.
        """

    def keyed(key: FileKey, asker: Address | None) -> Deferred[Sequence[ShownPeer]]:
        """Some of those who have the stream with this key, best first; otherwise as `named`."""


class IPeerChanges(Interface):
    """What people may change of a peer while it runs.  It is kept, and holds after a restart.

    Several may be asked for at once: they are done one after the other, in that order.  `IPeerView`
    shows what was changed before the Deferred fires; whoever observes that is told soon.  Cancelling
    one leaves open whether it is done.
    """

    def add_folder(path: str) -> Deferred[SharedFolder]:
        """Share a folder, too; what is in it is found soon.

        :param path: absolute; links are followed once, now.  One that is shared already is no error.
        :returns: fails with `errors.BadShare`, whose text says what is wrong, and with
            `errors.StorageError` where it cannot be kept: then nothing has changed.
        """

    def remove_folder(path: str) -> Deferred[None]:
        """Share it no more: whoever fetches from it is cut off.

        One that the settings name is back with the next start.

        :param path: as `SharedFolder.path` is.
        :returns: fails with `errors.BadShare` where it is not shared, and with
            `errors.StorageError` as above.
        """

    def set_limits(limits: PeerLimits) -> Deferred[PeerLimits]:
        """Let it use so much from now on.

        :returns: fires with what holds now; fails with `errors.UsageError`, whose text says what is
            wrong, where a limit is too small to work with, and with `errors.StorageError` as above.
        """
