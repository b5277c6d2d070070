"""What lies in a store, open or not: how large, when it was last used, and whether it is kept for good."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from p2pstream.content.keys import FileKey
from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged
from p2pstream.data.store.files import holding
from p2pstream.data.store.places import Place, guests, own_keys, places
from p2pstream.data.store.said import read_claims
from p2pstream.data.store.stock import Stock
from p2pstream.interfaces import IDisk

__all__ = ["Found", "Index", "discard", "news", "survey"]


class Found(NamedTuple):
    """One stream.

    :ivar used: when it was last used; see `Claims`.
    :ivar own: it was broadcast from here, and is never given up.
    """

    key: FileKey
    size: int
    used: int
    own: bool


class Index:
    """Sizes by key, the least recently used first.

    :ivar own: those that are never given up.
    """

    def __init__(self, found: list[Found]) -> None:
        found.sort(key=lambda each: each.used)
        self._sizes = {each.key: each.size for each in found}
        self._last = found[-1].used if found else 0
        self.own = {each.key for each in found if each.own}

    def __contains__(self, key: FileKey) -> bool:
        return key in self._sizes

    def __iter__(self) -> Iterator[FileKey]:
        return iter(list(self._sizes))

    @property
    def total(self) -> int:
        """Bytes in all."""
        return sum(self._sizes.values())

    def use(self, key: FileKey) -> int:
        """It is used now; what to write down for that."""
        self._sizes[key] = self._sizes.pop(key, 0)
        self._last += 1
        return self._last

    def size(self, key: FileKey) -> int:
        """Bytes of one stream, as it was when it was last closed."""
        return self._sizes.get(key, 0)

    def resize(self, key: FileKey, size: int) -> None:
        """It has so many bytes now."""
        self._sizes[key] = size

    def drop(self, key: FileKey) -> None:
        """It is gone."""
        self._sizes.pop(key, None)
        self.own.discard(key)


def survey(disk: IDisk) -> list[Found]:
    """In a worker: all that is there; left-behind guests are removed.

    :raises errors.StorageError: the disk refuses, or a newer program wrote some of it.
    """
    with telling("read", "the store"):
        for guest in guests(disk):
            discard(disk, guest)
        own = own_keys(disk)
        return [_look(disk, place, place.key in own) for place in places(disk)]


def news(disk: IDisk, known: Collection[FileKey]) -> list[Found]:
    """In a worker: what another program of the same folder put in meanwhile.

    :raises errors.StorageError: as `survey`.
    """
    with telling("read", "the store"):
        own = own_keys(disk)
        return [_look(disk, place, place.key in own) for place in places(disk) if place.key not in known]


def discard(disk: IDisk, place: Place) -> bool:
    """In a worker: remove a stream; False: another process holds it."""
    with telling("remove", "the store"):
        file = holding(disk, place)
        if file is None:
            return False
        try:
            for path in place.all:
                disk.remove(path)
        finally:
            file.close()
    return True


def _look(disk: IDisk, place: Place, own: bool) -> Found:
    try:
        claims = read_claims(disk, place)
    except Damaged:
        # Anything may be there; it is found out when it is opened.
        return Found(place.key, place.key.length, 0, own)
    if claims is None:
        return Found(place.key, 0, 0, own)
    return Found(place.key, Stock(place.key).size(claims.units), claims.used, own)
