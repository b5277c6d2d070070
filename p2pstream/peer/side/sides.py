"""Makes side content of the films that are shared, one after the other, in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from twisted.internet.defer import CancelledError, Deferred, fail, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.keys import FileKey
from p2pstream.content.media_types import PLAYED, type_of
from p2pstream.content.side import Facts, Side, unpack
from p2pstream.data.file import READ, FileData
from p2pstream.errors import BadShare, CannotPlay, Gone, NoMedia, NotShared, ReadStopped, StorageError
from p2pstream.interfaces import IMedia, IStream
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.keying import Keying
from p2pstream.peer.names.book import NOTHING, Beside
from p2pstream.peer.side.durations import read_duration
from p2pstream.peer.side.kept import MEASURED, KeptSides, MadeSide, tag_of, tree_over
from p2pstream.peer.side.stream import BufferStream
from p2pstream.peer.side.texts import SharedTexts
from p2pstream.protocols.node import Means

__all__ = ["Sides"]

_log = Logger()


class Sides:
    """Follows what has a key.

    :param makes: whether there is to be more than is kept already.
    """

    def __init__(
        self,
        means: Means,
        shares: Shares,
        keying: Keying,
        kept: KeptSides,
        media: IMedia,
        makes: bool = True,
    ) -> None:
        self._changed: list[Callable[[FileKey], None]] = []
        #: Of some, what is in it, by its key; the one that was asked for last is forgotten last.
        self._indexes: dict[FileKey, Side] = {}
        self._clock: IReactorTime = means.reactor
        self._workers = means.workers
        self._events = means.events
        self._limits = means.limits
        self._shares = shares
        self._keyed = keying.keyed
        self._kept = kept
        self._media = media
        self._makes = makes
        self._texts = SharedTexts(means, shares)
        self._due: dict[FileKey, None] = {}
        self._alarm: IDelayedCall | None = None
        self._making: Deferred[None] = succeed(None)
        self._running = self._told = self._stopped = False
        shares.observe(self._turned)
        keying.observe(self._rekeyed)

    def load(self) -> Deferred[None]:
        """Fires when it is known what earlier runs made."""
        return Deferred.fromCoroutine(self._kept.load())

    def stop(self) -> Deferred[None]:
        """Make no more; fires when nothing of it is left running."""
        self._stopped = True
        if self._alarm is not None and self._alarm.active():
            self._alarm.cancel()
        self._making.cancel()
        return self._media.close()

    def beside(self, film: FileKey) -> Beside:
        """What is known of a film."""
        made = self._kept.get(film)
        if made is None or not made.duration_ms:
            return NOTHING if made is None or made.side is None else Beside(side=made.side)
        return Beside(made.duration_ms, film.length * 8000 // made.duration_ms, made.side)

    def side(self, film: FileKey) -> FileKey | None:
        """The key of a film's side content."""
        made = self._kept.get(film)
        return made.side if made is not None else None

    def observe(self, changed: Callable[[FileKey], None]) -> None:
        """Call ``changed`` with the key of a film whenever there is other side content of it."""
        self._changed.append(changed)

    def texts(self, film: Offer) -> Sequence[Offer]:
        """The files of subtitles beside a film, in the order of their names."""
        return self._texts.of(film)

    async def index(self, film: FileKey) -> Side | None:
        """What is in a film's side content; None: there is none, or the disk refuses."""
        made = self._kept.get(film)
        side = made.side if made is not None else None
        if side is None:
            return Side(Facts(made.duration_ms)) if made is not None and made.duration_ms else None
        found = self._indexes.pop(side, None)
        if found is None:
            try:
                raw = await self._kept.read(side)
            except StorageError:
                return None
            found = unpack(raw, len(raw), self._limits)
        self._indexes[side] = found
        while len(self._indexes) > self._limits.side_indexes:
            del self._indexes[next(iter(self._indexes))]
        return found

    def __iter__(self) -> Iterator[FileKey]:
        """The keys of all that is there of what is shared now."""
        return filter(None, map(self.side, self._keyed.keys()))

    def __contains__(self, side: object) -> bool:
        film = self._kept.film(side) if isinstance(side, FileKey) else None
        return film is not None and film in self._keyed

    def open(self, side: FileKey) -> Deferred[IStream]:
        """As `INode.open_key`."""
        if side not in self:
            return fail(NotShared(f"{side.text} is not shared here"))
        return Deferred.fromCoroutine(self._open(side))

    async def _open(self, side: FileKey) -> IStream:
        try:
            raw = await self._kept.read(side)
        except StorageError as fault:
            raise NotShared(f"{side.text} is not here any more: {fault}") from None
        tree = await self._workers.run(tree_over, raw)
        return BufferStream(raw, tree, self._limits)

    def _turned(self, turn: Turn) -> None:
        """Films whose subtitles changed are due again."""
        if touched := self._texts.turned(turn):
            for offer, film in self._keyed:
                if (offer.share, offer.path.rpartition("/")[0]) in touched:
                    self._want(offer, film)

    def _rekeyed(self, came: list[Offer], went: list[Offer]) -> None:
        for offer in came:
            film = self._keyed.key(offer)
            if film is not None:
                self._want(offer, film)

    def _want(self, offer: Offer, film: FileKey) -> None:
        if not self._makes or type_of(offer.name) not in PLAYED:
            return
        self._due[film] = None
        if self._alarm is None and not self._running and not self._stopped:
            self._alarm = self._clock.callLater(self._limits.side_after_s, self._go_on)

    def _go_on(self) -> None:
        self._alarm, self._running = None, True
        self._making = Deferred.fromCoroutine(self._make_all()).addErrback(self._broke)

    async def _make_all(self) -> None:
        while self._due and not self._stopped:
            film = next(iter(self._due))
            del self._due[film]
            await self._make(film)
        self._running = False

    async def _make(self, film: FileKey) -> None:
        """Side content of one film, if there is none that is right."""
        offer = next(iter(self._keyed.offers(film)), None)
        if offer is None or not film.length:
            return
        texts = self._texts.of(offer)
        tag = tag_of([part for each in texts for part in (each.name, str(each.stamp))])
        before = self._kept.get(film)
        if before is not None and before.tag == tag:
            return
        try:
            if await self._has_room():
                await self._keep(offer, film, tag, await self._made(offer, texts))
        except CannotPlay as fault:
            self._events.happened("side_refused", name=offer.name, reason=fault)
            await self._keep(offer, film, tag, b"")
        except NoMedia as fault:
            self._tell(fault)
            if before is None:
                await self._measure(offer, film)
        except (BadShare, Gone, NotShared, ReadStopped):
            # It went meanwhile, or changed, and then comes again.
            return

    async def _measure(self, offer: Offer, film: FileKey) -> None:
        """How long a film is, as its container says: all that is known where nothing opens films."""
        try:
            data = FileData(await self._shares.file(offer), READ, self._workers, self._limits)
            try:
                duration_ms = await read_duration(data, self._limits)
            finally:
                data.close()
        except (BadShare, Gone, NotShared, ReadStopped, StorageError):
            return
        await self._put(MadeSide(film, MEASURED, None, duration_ms), b"")

    async def _made(self, offer: Offer, texts: Sequence[Offer]) -> bytes:
        if self._media.missing:
            raise NoMedia(self._media.missing)
        data = FileData(await self._shares.file(offer), READ, self._workers, self._limits)
        try:
            return await self._media.side(data, await self._texts.read(offer, texts))
        finally:
            data.close()

    async def _keep(self, offer: Offer, film: FileKey, tag: str, raw: bytes) -> None:
        made = MadeSide(film, tag, None)
        if raw:
            tree = await self._workers.run(tree_over, raw)
            made = MadeSide(film, tag, tree.key, unpack(raw, len(raw), self._limits).facts.duration_ms)
        await self._put(made, raw)

    async def _put(self, made: MadeSide, raw: bytes) -> None:
        try:
            await self._kept.keep(made, raw)
        except StorageError as fault:
            self._tell(fault)
        else:
            for changed in self._changed:
                changed(made.film)

    async def _has_room(self) -> bool:
        """Whether one more may be kept; what is of films that are not shared now makes room."""
        most = self._limits.side_cache_bytes - self._limits.side_bytes
        for made in [made for made in self._kept if made.film not in self._keyed]:
            if self._kept.size <= most:
                break
            await self._kept.forget(made.film)
        if self._kept.size > most:
            self._tell(StorageError(f"{self._kept.size} bytes of them are kept already"))
        return self._kept.size <= most

    def _tell(self, fault: Exception) -> None:
        if not self._told:
            self._told = True
            self._events.happened("side_missing", reason=fault)

    def _broke(self, failure: Failure) -> None:
        self._running = False
        if not failure.check(CancelledError):
            _log.failure("no more side content is made", failure)
