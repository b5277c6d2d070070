"""Which keys what is shared has; a table that computes, and waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.keys import FileKey
from p2pstream.peer.folders.offers import Offer

__all__ = ["Keyed"]


class Keyed:
    """Offers whose keys are known.  Several may have one key: the same film under two names."""

    def __init__(self) -> None:
        self._keys: dict[Offer, FileKey] = {}
        self._offers: dict[FileKey, dict[Offer, None]] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[tuple[Offer, FileKey]]:
        return iter(self._keys.items())

    def __contains__(self, key: object) -> bool:
        return key in self._offers

    def keys(self) -> tuple[FileKey, ...]:
        """Every key, once."""
        return tuple(self._offers)

    def key(self, offer: Offer) -> FileKey | None:
        """The key of an offer."""
        return self._keys.get(offer)

    def offers(self, key: FileKey) -> tuple[Offer, ...]:
        """The files that have a key, the one that has had it longest first."""
        return tuple(self._offers.get(key, ()))

    def put(self, offer: Offer, key: FileKey) -> None:
        """It has that key from now on."""
        self.drop(offer)
        self._keys[offer] = key
        self._offers.setdefault(key, {})[offer] = None

    def drop(self, offer: Offer) -> FileKey | None:
        """It is shared no more; the key it had."""
        key = self._keys.pop(offer, None)
        if key is not None:
            offers = self._offers[key]
            del offers[offer]
            if not offers:
                del self._offers[key]
        return key
