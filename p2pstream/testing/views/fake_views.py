"""Nodes to be looked at that say what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.listed import Standing
from p2pstream.content.ranges import Ranges
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
    ShownShare,
    ShownShares,
    ShownStream,
    ShownStreams,
    ShownTransfer,
    Topic,
    TrafficTotal,
)
from p2pstream.errors import BadShare, UsageError
from p2pstream.interfaces import ICentralView, IPeerChanges, IPeerView

__all__ = ["FakeCentralView", "FakePeerView"]

_ID = "a" * 52
_KEY = f"p2ps:f-{'b' * 52}-734003200"
_OTHER_KEY = _KEY.replace("b", "d")
_FETCH = ShownFetch(
    "metropolis.mp4",
    _OTHER_KEY,
    734_003_200,
    Ranges([(0, 104_857_600), (209_715_200, 220_200_960)]),
    rate=4_200_000.0,
    waiting_for="buffering 1.0 of 2.0 seconds",
    reading=(110_000_000,),
    playing=(90_000_000,),
    users=1,
)
_GIVEN = ShownTransfer(
    1,
    Bearing.OUT,
    "native",
    _KEY,
    "a trip to the moon.mp4",
    "10.0.0.2:50112",
    _ID,
    moved=9_000_000,
    rate=1e6,
    age_s=9.0,
)
_TAKEN = ShownTransfer(
    2,
    Bearing.IN,
    "native",
    _OTHER_KEY,
    "metropolis.mp4",
    "10.0.0.3:2050",
    _ID,
    moved=115_343_360,
    rate=4.2e6,
    age_s=27.5,
)
_MOVED = (
    TrafficTotal("native", Bearing.OUT, 90_000_000, 10, 1),
    TrafficTotal("native", Bearing.IN, 115_343_360, 1, 1),
)
_HOLDERS = (
    ShownPeer("10.0.0.1:2050", _ID, seed=True, http=True, reachable=True),
    ShownPeer("10.0.0.2:2050", _ID, seed=False, http=True),
)
_FILM = ShownStream(
    "a trip to the moon.mp4",
    Standing.OWNER,
    _KEY,
    734_003_200,
    812.0,
    "video/mp4",
    seeds=1,
    viewers=1,
    publisher=_ID,
    signed_ms=1_795_000_000_000,
    tags=("1902", "silent"),
    peers=_HOLDERS,
)


class FakeNodeView:
    """What all have; every attribute may be set, and ``tell`` says that something changed."""

    def __init__(self, role: str) -> None:
        self.snapshot = NodeSnapshot(role, "26.11", _ID, "10.0.0.1:2050", 3600.0, connections=3)
        self.under_way: list[ShownTransfer] = []
        self.moved: list[TrafficTotal] = []
        self.measured: list[Measured] = [Measured("p2pstream_ready", 1.0)]
        self._observers: list[Callable[[Topic], None]] = []

    def node(self) -> NodeSnapshot:
        """See `INodeView`."""
        return self.snapshot

    def transfers(self, most: int) -> Sequence[ShownTransfer]:
        """See `INodeView`."""
        return self.under_way[-most:] if most else []

    def totals(self) -> Sequence[TrafficTotal]:
        """See `INodeView`."""
        return self.moved

    def measures(self) -> Sequence[Measured]:
        """See `INodeView`."""
        return self.measured

    def observe(self, changed: Callable[[Topic], None]) -> Callable[[], None]:
        """See `INodeView`."""
        self._observers.append(changed)

        def end() -> None:
            if changed in self._observers:
                self._observers.remove(changed)

        return end

    def tell(self, topic: Topic) -> None:
        """Something of that topic is another thing now."""
        for changed in list(self._observers):
            changed(topic)


@implementer(IPeerView, IPeerChanges)
class FakePeerView(FakeNodeView):
    """A peer that shares four films, one of which is being hashed, gives one away and fetches another."""

    def __init__(self) -> None:
        super().__init__("peer")
        self.shared_folders = [
            SharedFolder("/home/ada/Films", 3, 2_202_009_600, looked=True),
            SharedFolder("/media/disk", 1, 52_428_800, looked=True, added=True),
        ]
        self.shared = [
            ShownShare("a trip to the moon.mp4", 734_003_200, _KEY, "video/mp4", duration_s=774.0),
            ShownShare("holiday & sun <3.mkv", 734_003_200, type="video/x-matroska", hashed=200_000_000),
            ShownShare("nosferatu.webm", 734_003_200, type="video/webm"),
            ShownShare("song.mp3", 52_428_800, _KEY.replace("b", "c"), "audio/mpeg"),
        ]
        self.fetched, self.under_way, self.moved = [_FETCH], [_GIVEN, _TAKEN], list(_MOVED)
        self.hashed = HashingSnapshot(2, 200_000_000, 1_468_006_400)
        self.bounds = PeerLimits(upload=2_000_000, cache=10_000_000_000)
        self.listed = [ListedAt("10.0.0.9:2045", True, observed="10.0.0.1:2050", reachable=True)]

    def folders(self) -> Sequence[SharedFolder]:
        """See `IPeerView`."""
        return self.shared_folders

    def shares(self, words: str, after: str, most: int) -> ShownShares:
        """See `IPeerView`."""
        wanted = words.casefold().split()
        found = [each for each in self.shared if all(word in each.name.casefold() for word in wanted)]
        rest = sorted((each for each in found if each.name > after), key=lambda each: each.name)
        page = tuple(rest[:most])
        more = page[-1].name if page and len(rest) > most else ""
        return ShownShares(page, len(self.shared), sum(each.length for each in self.shared), more)

    def hashing(self) -> HashingSnapshot:
        """See `IPeerView`."""
        return self.hashed

    def fetches(self) -> Sequence[ShownFetch]:
        """See `IPeerView`."""
        return self.fetched

    def limits(self) -> PeerLimits:
        """See `IPeerView`."""
        return self.bounds

    def centrals(self) -> Sequence[ListedAt]:
        """See `IPeerView`."""
        return self.listed

    def add_folder(self, path: str) -> Deferred[SharedFolder]:
        """See `IPeerChanges`; what contains ``missing`` is not there."""
        if "missing" in path or not path.startswith("/"):
            return fail(BadShare(f"there is no folder {path}"))
        known = [folder for folder in self.shared_folders if folder.path == path]
        if known:
            return succeed(known[0])
        folder = SharedFolder(path, added=True)
        self.shared_folders.append(folder)
        self.tell(Topic.FOLDERS)
        return succeed(folder)

    def remove_folder(self, path: str) -> Deferred[None]:
        """See `IPeerChanges`."""
        kept = [folder for folder in self.shared_folders if folder.path != path]
        if len(kept) == len(self.shared_folders):
            return fail(BadShare(f"{path} is not shared"))
        self.shared_folders = kept
        self.tell(Topic.FOLDERS)
        return succeed(None)

    def set_limits(self, limits: PeerLimits) -> Deferred[PeerLimits]:
        """See `IPeerChanges`; 1 is too little."""
        if 1 in (limits.upload, limits.download, limits.cache):
            return fail(UsageError("1 byte is too little to work with"))
        self.bounds = limits
        self.tell(Topic.LIMITS)
        return succeed(limits)


@implementer(ICentralView)
class FakeCentralView(FakeNodeView):
    """A central that lists three streams; one of them nobody signed."""

    def __init__(self) -> None:
        super().__init__("central")
        self.snapshot = replace(self.snapshot, address="10.0.0.9:2045")
        self.listed = [
            _FILM,
            replace(_FILM, name="holiday & sun <3.mkv", type="video/x-matroska", duration_s=None, tags=()),
            ShownStream("old film.avi", Standing.MAPPED, seeds=1, peers=_HOLDERS[:1]),
        ]
        self.known = CatalogueCounts(3, 4, 2)

    def counts(self) -> CatalogueCounts:
        """See `ICentralView`."""
        return self.known

    def streams(self, words: str, after: str, most: int) -> Deferred[ShownStreams]:
        """See `ICentralView`; ``after`` is the number of those before."""
        if after and not (after.isascii() and after.isdecimal() and len(after) < 10):
            return fail(UsageError("that is no place in this list"))
        wanted = words.casefold().split()
        found = [each for each in self.listed if all(map(_words(each).__contains__, wanted))]
        start = int(after or 0)
        page = tuple(replace(each, peers=()) for each in found[start : start + most])
        return succeed(ShownStreams(page, str(start + most) if len(found) > start + most else ""))

    def named(self, name: str, asker: Address | None) -> Deferred[Sequence[ShownStream]]:
        """See `ICentralView`."""
        return succeed([each for each in self.listed if each.name == name])

    def keyed(self, key: FileKey, asker: Address | None) -> Deferred[Sequence[ShownPeer]]:
        """See `ICentralView`."""
        return succeed([peer for each in self.listed if each.key == key.text for peer in each.peers])


def _words(stream: ShownStream) -> str:
    return " ".join((stream.name, *stream.tags)).casefold()
