"""The film of a simulation: a real file, cheap to make and to tell apart."""

from __future__ import annotations

import os
import shutil
import tempfile

from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.keys import FileKey
from p2pstream.content.units import UNIT
from p2pstream.testing.proofs.proven import ProvenFilm
from p2pstream.testing.sim.workers import Memo

__all__ = ["SimFilm"]

_STEP = 16


class SimFilm:
    """Bytes of which no two units are alike, in a folder that goes when this is closed.

    A share is a folder on a real disk, in a simulation too: only whoever shares looks at it.

    :param length: in bytes.
    :param rate: bytes a second that a viewer watches.
    :ivar folder: what an origin shares.
    :ivar memo: knows its hashes.
    """

    name = "film.mp4"

    def __init__(self, length: int, rate: float) -> None:
        self.rate = rate
        self.memo = Memo()
        content = b"".join(number.to_bytes(_STEP) * (UNIT // _STEP) for number in range(-(-length // UNIT)))
        self.content = content[:length]
        self.proven = self._prove()
        self.folder = tempfile.mkdtemp(prefix="p2pstream-sim-")
        path = os.path.join(self.folder, self.name)
        with open(path, "wb") as file:
            file.write(self.content)
        # Old enough to be believed by whoever hashes it.
        os.utime(path, (1_500_000_000, 1_500_000_000))

    @property
    def key(self) -> FileKey:
        """What identifies it."""
        return self.proven.key

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return len(self.content) / self.rate

    def _prove(self) -> ProvenFilm:
        hashes, view = [], memoryview(self.content)
        for at in range(0, len(view), UNIT):
            hashes.append(self.memo.leaves(view[at : at + UNIT]))
        return ProvenFilm(self.content, Tree.of_leaves(len(view), b"".join(hashes)))

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)
