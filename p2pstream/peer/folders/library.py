"""What a peer shares, as it lies in its folders: those that were shared count as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.content.keys import FileKey
from p2pstream.content.library import ROOT, LibraryEntry, LibraryFilm, LibraryFolder
from p2pstream.content.media_types import PLAYED, type_of
from p2pstream.content.side import Side
from p2pstream.content.text import printable
from p2pstream.interfaces import ILibrary
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.keyed import Keyed
from p2pstream.peer.side.sides import Sides

__all__ = ["Library"]

_log = Logger()
_DIGITS = re.compile(r"(\d+)")
#: Characters of a folder's title.
_TITLE = 120


@implementer(ILibrary)
class Library:
    """See `ILibrary`.

    :param sides: None where nothing is known of films but their names.
    """

    def __init__(self, shares: Shares, keyed: Keyed, sides: Sides | None) -> None:
        self.changes = 0
        self._shares = shares
        self._keyed = keyed
        self._sides = sides
        self._numbers = count(ROOT + 1)
        self._entries: dict[int, LibraryEntry] = {ROOT: LibraryFolder(ROOT, -1, "")}
        self._inside: dict[int, dict[int, LibraryEntry]] = {ROOT: {}}
        #: The same in order, of folders that were looked at since they changed.
        self._ordered: dict[int, Sequence[LibraryEntry]] = {}
        self._films: dict[str, LibraryFilm] = {}
        self._folders: dict[str, int] = {"": ROOT}
        self._paths: dict[int, str] = {ROOT: ""}
        self._observers: list[Callable[[], None]] = []
        for offer in shares.offers:
            self._add(offer)
        shares.observe(self._turned)
        if sides is not None:
            sides.observe(self._found_out)

    def get(self, number: int) -> LibraryEntry | None:
        """See `ILibrary`."""
        return self._entries.get(number)

    def inside(self, number: int) -> Sequence[LibraryEntry]:
        """See `ILibrary`."""
        if number not in self._inside:
            return ()
        if number not in self._ordered:
            self._ordered[number] = sorted(self._inside[number].values(), key=_order)
        return self._ordered[number]

    def below(self, number: int) -> Iterator[LibraryEntry]:
        """See `ILibrary`."""
        for entry in self.inside(number):
            yield entry
            if isinstance(entry, LibraryFolder):
                yield from self.below(entry.number)

    def side(self, film: LibraryFilm) -> Deferred[Side | None]:
        """See `ILibrary`."""
        offer = self._shares.offers.get(film.name)
        key = self._keyed.key(offer) if offer is not None else None
        if key is None or self._sides is None:
            return succeed(None)
        return Deferred.fromCoroutine(self._sides.index(key)).addErrback(_unknown)

    def subtitles(self, film: LibraryFilm) -> Sequence[str]:
        """See `ILibrary`."""
        offer = self._shares.offers.get(film.name)
        if offer is None or self._sides is None:
            return ()
        return [each.name for each in self._sides.texts(offer)]

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `ILibrary`."""
        self._observers.append(changed)

        def end() -> None:
            if changed in self._observers:
                self._observers.remove(changed)

        return end

    def _turned(self, turn: Turn) -> None:
        changed = [self._drop(offer) for offer in turn.withdrawn] + [
            self._add(offer) for offer in turn.shared
        ]
        if any(changed):
            self._changed()

    def _found_out(self, film: FileKey) -> None:
        """More is known of one: whoever shows it may want to ask again."""
        if any(offer.name in self._films for offer in self._keyed.offers(film)):
            self._changed()

    def _changed(self) -> None:
        self.changes += 1
        for changed in list(self._observers):
            changed()

    def _add(self, offer: Offer) -> bool:
        kind = type_of(offer.name)
        if kind not in PLAYED:
            return False
        parent = self._folder(offer.path.rpartition("/")[0])
        film = LibraryFilm(next(self._numbers), parent, offer.name, offer.stamp.size, kind)
        self._films[offer.name] = film
        self._put(film)
        return True

    def _drop(self, offer: Offer) -> bool:
        film = self._films.pop(offer.name, None)
        if film is None:
            return False
        self._take(film)
        return True

    def _folder(self, path: str) -> int:
        """The number of a folder, by its path in whatever share it is."""
        if path in self._folders:
            return self._folders[path]
        above, _, title = path.rpartition("/")
        folder = LibraryFolder(next(self._numbers), self._folder(above), printable(title, _TITLE))
        self._folders[path], self._paths[folder.number] = folder.number, path
        self._inside[folder.number] = {}
        self._put(folder)
        return folder.number

    def _put(self, entry: LibraryEntry) -> None:
        self._entries[entry.number] = self._inside[entry.parent][entry.number] = entry
        self._ordered.pop(entry.parent, None)

    def _take(self, entry: LibraryEntry) -> None:
        """It goes, and so does the folder in which nothing is left."""
        del self._entries[entry.number], self._inside[entry.parent][entry.number]
        self._ordered.pop(entry.parent, None)
        above = self._entries[entry.parent]
        if not self._inside[above.number] and above.number != ROOT:
            del self._folders[self._paths.pop(above.number)], self._inside[above.number]
            self._ordered.pop(above.number, None)
            self._take(above)


def _order(entry: LibraryEntry) -> tuple[Any, ...]:
    """Folders first; the tenth episode after the second."""
    parts = _DIGITS.split(entry.title.casefold())
    parts[1::2] = [digits.lstrip("0").zfill(20) for digits in parts[1::2]]
    return isinstance(entry, LibraryFilm), parts, entry.title


def _unknown(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("what is known of a film cannot be read", failure)
