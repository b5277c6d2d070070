"""What is shared, made known: its keys found out, its names signed, centrals told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from p2pstream.content.keys import FileKey, Key
from p2pstream.content.listed import ALL
from p2pstream.content.media_types import essence_of
from p2pstream.errors import BadName, BadRecord
from p2pstream.peer.centrals.announcement import Named
from p2pstream.peer.centrals.announcer import Announcer
from p2pstream.peer.fetching.own_streams import OwnStreams
from p2pstream.peer.fetching.stored import Stored
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.hashes import SharedHashes
from p2pstream.peer.keys.keyed import Keyed
from p2pstream.peer.keys.keying import Keying
from p2pstream.peer.names.book import NOTHING, Book
from p2pstream.peer.names.book_file import BookFile
from p2pstream.peer.side.sides import Sides
from p2pstream.protocols.node import Means

__all__ = ["Ours", "Publicity"]


class Ours:
    """All that should be known of us; `centrals.announcement.OurClaims`."""

    def __init__(
        self,
        keyed: Keyed,
        book: Book,
        stored: Stored | None = None,
        own: OwnStreams | None = None,
        sides: Sides | None = None,
    ) -> None:
        self._keyed = keyed
        self._book = book
        self._stored = stored
        self._own = own or OwnStreams()
        self._sides = sides

    def streams(self) -> Sequence[Key]:
        """See `OurClaims`."""
        shared = self._keyed.keys()
        stored = self._stored.keys() if self._stored is not None else ()
        others = dict.fromkeys((*(self._sides or ()), *self._own.streams(), *stored))
        return (*shared, *(key for key in others if key not in self._keyed))

    def have(self, key: Key) -> int:
        """See `OurClaims`."""
        if not isinstance(key, FileKey):
            return self._own.have(key)
        if key in self._keyed or (self._sides is not None and key in self._sides):
            return ALL
        stored = self._stored.have(key) if self._stored is not None else 0
        return max(stored, self._own.have(key))

    def names(self) -> Iterator[Named]:
        """See `OurClaims`."""
        return self._book.names()


class Publicity:
    """Follows the shares, and has the book, its file and all centrals follow."""

    def __init__(
        self,
        means: Means,
        shares: Shares,
        hashes: SharedHashes,
        keying: Keying,
        file: BookFile,
        announcer: Announcer,
        stored: Stored | None = None,
        sides: Sides | None = None,
    ) -> None:
        self._clock: IReactorTime = means.reactor
        self._stored = stored
        self._offers = shares.offers
        self._hashes = hashes
        self._keying = keying
        self._book = file.book
        self._file = file
        self._announcer = announcer
        self._events = means.events
        self._limits = means.limits
        self._renewing: IDelayedCall | None = None
        self._striking: IDelayedCall | None = None
        #: The keys of files that went, since names were struck last.
        self._gone: dict[Offer, FileKey] = {}
        shares.observe(self._turned)
        keying.observe(self._keyed)
        self._sides = sides
        if stored is not None:
            stored.changed = announcer.changed
        if sides is not None:
            sides.observe(self._side_changed)

    def start(self) -> Deferred[None]:
        """Begin; fires when all is known that was kept: then shares may be looked at."""
        self._renew()
        return Deferred.fromCoroutine(self._load())

    def looked(self) -> None:
        """All shares were looked at once: centrals may be told, also of what went since the last run."""
        if self._stored is not None:
            self._stored.start()
        self._announcer.start()
        self._strike()

    def stop(self) -> Deferred[None]:
        """Say goodbye to centrals, and keep what is not kept yet."""
        self._keying.stop()
        for alarm in (self._renewing, self._striking):
            if alarm is not None and alarm.active():
                alarm.cancel()
        return Deferred.fromCoroutine(self._stop())

    async def _load(self) -> None:
        await self._hashes.load()
        if self._sides is not None:
            await self._sides.load()

    async def _stop(self) -> None:
        kept = self._file.close()
        if self._sides is not None:
            await self._sides.stop()
        await self._announcer.stop()
        if self._stored is not None:
            await self._stored.stop()
        await kept
        await self._hashes.close()

    def _turned(self, turn: Turn) -> None:
        keys = ((offer, self._hashes.known(offer)) for offer in turn.withdrawn)
        self._gone.update((offer, key) for offer, key in keys if key is not None)
        self._keying.turned(turn)
        if turn.withdrawn and self._striking is None:
            # Not at once: who replaces a film has not withdrawn its name.
            self._striking = self._clock.callLater(self._limits.book_grace_s, self._strike)

    def _strike(self) -> None:
        """Withdraw what stands for nothing that is here, and forget how it was proven."""
        self._striking = None
        names = [name for name in self._book.standing() if name not in self._offers]
        self._tell_if(any([self._book.strike(name) for name in names]))
        gone, self._gone = self._gone, {}
        # A share of which nothing is left was perhaps unmounted, and will be back.
        shares = {offer.share for offer in self._offers}
        for key in {key for offer, key in gone.items() if offer.share in shares}:
            if key not in self._keying.keyed:
                self._hashes.forget(key)

    def _keyed(self, came: list[Offer], went: list[Offer]) -> None:
        if any([self._enter(offer) for offer in came]):
            self._file.changed()
        self._announcer.changed()

    def _side_changed(self, film: FileKey) -> None:
        if any([self._enter(offer) for offer in self._keying.keyed.offers(film)]):
            self._file.changed()
        self._announcer.changed()

    def _enter(self, offer: Offer) -> bool:
        key = self._keying.keyed.key(offer)
        if key is None:
            return False
        beside = self._sides.beside(key) if self._sides is not None else NOTHING
        try:
            return self._book.enter(offer.name, key, essence_of(offer.name), beside)
        except (BadName, BadRecord) as fault:
            self._events.happened("not_named", name=offer.name, reason=fault)
            return False

    def _renew(self) -> None:
        self._tell_if(self._book.renew())
        self._renewing = self._clock.callLater(self._limits.book_renew_s, self._renew)

    def _tell_if(self, changed: bool) -> None:
        if changed:
            self._file.changed()
            self._announcer.changed()
