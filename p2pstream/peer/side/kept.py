"""Side content on the disk: one file for each film, whose name says all that has to be known at a start.

``sides/FILM.TAG.SIDE.DURATION``: the film's key, what it was made from (`tag`), the key of the
side content, or ``none`` where none can be made, and milliseconds.  Nothing in a file is
believed: it has to hash up to its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from twisted.internet.defer import Deferred

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey, parse_key
from p2pstream.data.disk import telling
from p2pstream.errors import BadKey, StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["MEASURED", "KeptSides", "MadeSide", "tag_of", "tree_over"]

#: The tag of a film of which only its length is known: once there is what opens films, it is opened.
MEASURED = "measured"
_FOLDER, _PREFIX, _NONE = "sides", "p2ps:", "none"
#: Raised when what is made of a film is made in another way.
_MAKER = b"1"


def tag_of(parts: Sequence[str]) -> str:
    """What it is made from, besides the film: of other parts there is another tag."""
    return sha256(
        b"\0".join([_MAKER, *(part.encode("utf-8", "surrogateescape") for part in parts)])
    ).hexdigest()[:12]


def tree_over(raw: bytes) -> Tree:
    """The tree over bytes that are all here."""
    return Tree.of_leaves(len(raw), leaf_hashes(raw))


@value
class MadeSide:
    """What there is of one film."""

    film: FileKey
    tag: str
    #: None: none can be made.
    side: FileKey | None
    duration_ms: int = 0

    @property
    def path(self) -> str:
        """Where it lies."""
        side = self.side.text.removeprefix(_PREFIX) if self.side is not None else _NONE
        return f"{_FOLDER}/{self.film.text.removeprefix(_PREFIX)}.{self.tag}.{side}.{self.duration_ms}"

    @classmethod
    def named(cls, name: str) -> MadeSide | None:
        """What a file of that name says; None for one that is none of ours."""
        film, *rest = name.split(".")
        if len(rest) != 3 or not rest[2].isdecimal():
            return None
        try:
            keys = [None if each == _NONE else parse_key(_PREFIX + each) for each in (film, rest[1])]
        except BadKey:
            return None
        if not isinstance(keys[0], FileKey) or not isinstance(keys[1], FileKey | None):
            return None
        return cls(keys[0], rest[0], keys[1], int(rest[2]))


class KeptSides:
    """All of them, by film and by their own keys; a table in memory beside the folder."""

    def __init__(self, disk: IDisk, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._disk = disk
        self._workers = workers
        self._limits = limits
        self._made: dict[FileKey, MadeSide] = {}
        self._films: dict[FileKey, FileKey] = {}

    def __iter__(self) -> Iterator[MadeSide]:
        return iter(self._made.values())

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(made.side.length for made in self if made.side is not None)

    def get(self, film: FileKey) -> MadeSide | None:
        """What there is of a film."""
        return self._made.get(film)

    def film(self, side: FileKey) -> FileKey | None:
        """The film whose side content has that key."""
        return self._films.get(side)

    async def load(self) -> None:
        """Return when it is known what earlier runs made; a disk that refuses knows nothing."""
        try:
            for name in await self._workers.run(self._names):
                if (made := MadeSide.named(name)) is not None:
                    self._put(made)
        except StorageError:
            return

    async def keep(self, made: MadeSide, raw: bytes) -> None:
        """From now on this is what there is of its film.

        :raises errors.StorageError: the disk refuses.
        """
        await self._workers.run(self._write, made.path, raw)
        before = self._made.get(made.film)
        self._put(made)
        if before is not None and before.path != made.path:
            await self._workers.run(self._remove, before.path)

    def read(self, side: FileKey) -> Deferred[bytes]:
        """The file; fails with `errors.StorageError` when it is not what it was."""
        return Deferred.fromCoroutine(self._read(side))

    async def forget(self, film: FileKey) -> None:
        """There is nothing of that film any more."""
        made = self._drop(film)
        if made is not None:
            await self._workers.run(self._remove, made.path)

    async def _read(self, side: FileKey) -> bytes:
        made = self._made[self._films[side]]
        raw: bytes = await self._workers.run(self._content, made.path)
        if len(raw) != side.length or (await self._workers.run(tree_over, raw)).key != side:
            self._drop(made.film)
            raise StorageError("side content on the disk is not what it was")
        return raw

    def _put(self, made: MadeSide) -> None:
        self._drop(made.film)
        self._made[made.film] = made
        if made.side is not None:
            self._films[made.side] = made.film

    def _drop(self, film: FileKey) -> MadeSide | None:
        made = self._made.pop(film, None)
        if made is not None and made.side is not None and self._films.get(made.side) == film:
            del self._films[made.side]
        return made

    def _names(self) -> Sequence[str]:
        with telling("read", "the folder of side content"):
            return self._disk.names(_FOLDER)

    def _content(self, path: str) -> bytes:
        with telling("read", "side content"):
            return self._disk.read(path, self._limits.side_bytes)

    def _write(self, path: str, raw: bytes) -> None:
        with telling("write", "side content", len(raw)):
            self._disk.replace(path, raw)

    def _remove(self, path: str) -> None:
        with telling("remove", "side content"):
            self._disk.remove(path)
