"""Where the files of a stream lie in the folder of state."""

from __future__ import annotations

from p2pstream.content.keys import FileKey
from p2pstream.errors import BadKey
from p2pstream.interfaces import IDisk
from p2pstream.values import value

__all__ = ["Place", "guests", "own_keys", "places"]

_HOME = "store"
_GUESTS = "guests"
_UNITS = ".units"
_OWN = ".own"


@value
class Place:
    """The four files of one stream, and a fifth of one that was broadcast from here.

    :param guest: 0 is the stream's home; else a place for a process that found it held by
        another, where nothing outlives that process.
    """

    key: FileKey
    guest: int = 0

    @property
    def data(self) -> str:
        """The bytes, sparse; who holds its lock holds the stream."""
        return f"{self._stem}.data"

    @property
    def tree(self) -> str:
        """Proven hashes."""
        return f"{self._stem}.tree"

    @property
    def units(self) -> str:
        """Which units are sure to be there: `claims.Claims`."""
        return f"{self._stem}{_UNITS}"

    @property
    def fresh(self) -> str:
        """Which units were written since; a byte each, not synced, never believed unproven."""
        return f"{self._stem}.fresh"

    @property
    def own(self) -> str:
        """Empty; where it is, nobody else need have the stream, and it is never given up."""
        return f"{self._stem}{_OWN}"

    @property
    def all(self) -> tuple[str, ...]:
        """All of them, in the order in which they may be removed."""
        return self.units, self.fresh, self.tree, self.data, self.own

    @property
    def _stem(self) -> str:
        return f"{_GUESTS}/{self.key.stem}.{self.guest}" if self.guest else f"{_HOME}/{self.key.stem}"


def places(disk: IDisk) -> list[Place]:
    """The homes of all streams that have files."""
    stems = {name.partition(".")[0] for name in disk.names(_HOME)}
    return [Place(key) for key in map(_key, sorted(stems)) if key is not None]


def own_keys(disk: IDisk) -> set[FileKey]:
    """Those that are never given up."""
    names = (name for name in disk.names(_HOME) if name.endswith(_OWN))
    return {key for key in map(_key, (name.removesuffix(_OWN) for name in names)) if key is not None}


def guests(disk: IDisk) -> list[Place]:
    """All places of guests, used or left behind."""
    found = set()
    for name in disk.names(_GUESTS):
        stem, number, *_ = [*name.split("."), ""]
        key = _key(stem)
        if key is not None and number.isdecimal():
            found.add(Place(key, int(number)))
    return sorted(found, key=lambda place: (place.key, place.guest))


def _key(stem: str) -> FileKey | None:
    try:
        return FileKey.of_stem(stem)
    except BadKey:
        return None
