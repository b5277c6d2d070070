"""A stream's home, read beside the process that holds it.  Blocks: for workers."""

from __future__ import annotations

from contextlib import suppress

from p2pstream.content.keys import FileKey
from p2pstream.data.disk import DiskFile, telling
from p2pstream.data.store.nodes import Nodes
from p2pstream.data.store.places import Place
from p2pstream.data.store.said import Said, said
from p2pstream.interfaces import IDisk, IStateFile

__all__ = ["Lent"]


class Lent:
    """Nothing of it is believed: hashes are proven again, and units hashed.

    A shared lock on the tree is had for as long as this is open; who holds the home gives
    no unit up meanwhile.  The home as a whole may go, and what is open here then stays.

    :ivar data: the bytes.
    """

    def __init__(
        self, disk: IDisk, key: FileKey, tree: IStateFile, data: IStateFile, news: IStateFile
    ) -> None:
        self._disk = disk
        self._place = Place(key)
        self._tree = tree
        self._news = news
        self.data = data
        #: Whether all was there at first, so that nobody had to write to it any more.
        self._settled: bool | None = None

    @classmethod
    def open(cls, disk: IDisk, key: FileKey) -> Lent | None:
        """None: there is nothing, or units are being given up just now.

        :raises errors.StorageError: the disk refuses.
        """
        place = Place(key)
        opened: list[IStateFile] = []
        with telling("open", "the store"), suppress(FileNotFoundError):
            opened.append(disk.open(place.tree, make=False))
            if opened[0].lock(shared=True):
                opened.extend(disk.open(path, make=False) for path in (place.data, place.fresh))
                return cls(disk, key, *opened)
        for file in opened:
            file.close()
        return None

    def load(self, nodes: Nodes) -> Said:
        """Take what can be proven of the tree; what the other files say.

        :raises errors.StorageError: the disk refuses, or a newer program wrote one of them.
        """
        place = self._place
        with telling("read", "the store"):
            # The hashes of a unit are written before it is: so what is said has them.
            what = said(self._disk, place, self._news)
            nodes.load(self._tree, place.tree)
        if self._settled is None:
            self._settled = what.claimed.covers(0, place.key.units)
        return what

    def is_home(self) -> bool:
        """Whether it is still in the store."""
        with telling("read", "the store"), suppress(FileNotFoundError):
            self._disk.open(self._place.data, make=False).close()
            return True
        return False

    def check(self) -> None:
        """Raise `errors.Gone` when what was whole from the first was changed: the user may have it by now."""
        if self._settled and isinstance(self.data, DiskFile):
            self.data.check()

    def close(self) -> None:
        """Let go of it."""
        for file in (self._tree, self.data, self._news):
            file.close()
