"""Verified units into the store: runs of 1 MiB are proven and written by two workers, as they come."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import Any, cast

from twisted.internet.defer import Deferred

from benchmarks.hashing import figures
from benchmarks.measuring.loop import Loop, cpu
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import random_file, workplace
from p2pstream.content.hashes.merkle import Tree
from p2pstream.content.units import UNIT
from p2pstream.data.disk import open_file
from p2pstream.data.hashing import hash_file
from p2pstream.data.state import StateFolder
from p2pstream.data.store import Store
from p2pstream.data.workers import ThreadWorkers
from p2pstream.testing.clock import HeapClock

RUN = 16
#: Runs that are outstanding, 4 MiB.
AHEAD = 4


class Filling:
    """One stream being filled, without a network."""

    def __init__(self, root: Path, tree: Tree) -> None:
        self.loop = Loop()
        self.workers = ThreadWorkers(cast(Any, self.loop))
        self.disk = StateFolder(root / "state")
        self.store = Store(self.disk, self.workers, HeapClock())
        self.stream: Any = self.loop.wait(self.store.open(tree.key))
        while (page := self.stream.needs(0, tree.key.units, 512)) is not None:
            self.stream.put_hashes(page[0], page[1], *tree.page(*page))

    def fill(self, content: memoryview) -> None:
        """Put all of it."""
        outstanding: deque[Deferred[Any]] = deque()
        for start in range(0, len(content), RUN * UNIT):
            if len(outstanding) == AHEAD:
                self.loop.wait(outstanding.popleft())
            run = content[start : start + RUN * UNIT]
            outstanding.append(self.stream.put_units(start // UNIT, run))
        while outstanding:
            self.loop.wait(outstanding.popleft())

    def end(self) -> None:
        """Remove all of it."""
        self.loop.wait(self.store.release(self.stream.key, str(Path(self.disk.title) / "film")))
        (Path(self.disk.title) / "film").unlink()
        self.loop.wait(self.store.close())
        self.workers.close()
        self.disk.close()


def store(root: Path, tree: Tree, content: memoryview) -> Sample:
    """Prove and keep all of a film; the clock stops when the last unit is written."""
    filling = Filling(root, tree)
    began, used = time.perf_counter(), cpu()
    filling.fill(content)
    sample = figures(len(content), began, used)
    assert filling.stream.complete
    filling.end()
    return sample


def tree_of(path: Path) -> Tree:
    """The tree of a file."""
    loop = Loop()
    workers, file = ThreadWorkers(cast(Any, loop)), open_file(path)
    tree: Tree = loop.wait(hash_file(file, workers)).tree
    file.close()
    workers.close()
    return tree


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        path = random_file(root / "film.bin", options.mib << 20)
        tree, content = tree_of(path), memoryview(path.read_bytes())
        samples = interleaved({"the store": lambda: store(root, tree, content)}, options.rounds)
    ours = medians(samples["the store"])["MB/s"]
    report("storing", samples, {"proven and written, MB/s": (ours, ">= 1000")}, options)


if __name__ == "__main__":
    main()
