"""Hashing a new share, warm: from file to key on two workers; beside it what that is made of.

That is one digest over it all, in one thread; and as many digests of 16 KiB as the tree has
leaves, of bytes in memory, in two processes that do nothing else: nobody who hashes leaves in
Python is faster on two cores.
"""

from __future__ import annotations

import hashlib
import os
import time
from functools import partial
from multiprocessing import Process
from pathlib import Path
from typing import Any, cast

from benchmarks.measuring.loop import Loop, cpu
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import random_file, workplace
from p2pstream.content.units import LEAF
from p2pstream.data.disk import open_file
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers


def alone(path: Path) -> Sample:
    """One digest over the whole file, in one thread."""
    began, used = time.perf_counter(), cpu()
    with path.open("rb", buffering=0) as file:
        hashlib.file_digest(file, "sha256")
    return figures(path.stat().st_size, began, used)


def leaves(path: Path) -> Sample:
    """As many leaves as the file has, in two processes, of bytes that lie in memory."""
    size = path.stat().st_size
    began, used = time.perf_counter(), cpu()
    halves = [Process(target=_digests, args=(size // LEAF // 2,)) for _ in range(2)]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    return figures(size, began, used)


def _digests(count: int) -> None:
    """In a process."""
    room = memoryview(os.urandom(16 * LEAF))
    pieces = [room[at : at + LEAF] for at in range(0, len(room), LEAF)]
    for _ in range(count // len(pieces)):
        for piece in pieces:
            hashlib.sha256(piece).digest()


def share(path: Path) -> Sample:
    """The key of the file, as a peer finds it."""
    loop = Loop()
    workers = ThreadWorkers(cast(Any, loop))
    file = open_file(path)
    began, used = time.perf_counter(), cpu()
    loop.wait(hash_file(file, workers))
    sample = figures(file.size(), began, used)
    file.close()
    workers.close()
    return sample


def figures(size: int, began: float, used: float) -> Sample:
    """What came of ``size`` bytes since."""
    return {"MB/s": size / 1e6 / (time.perf_counter() - began), "s/GB": (cpu() - used) / size * 1e9}


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        path = random_file(root / "film.bin", options.mib << 20)
        samples = interleaved(
            {
                "a share": partial(share, path),
                "one digest, one thread": partial(alone, path),
                "leaves in memory": partial(leaves, path),
            },
            options.rounds,
        )
    rates = {name: medians(taken)["MB/s"] for name, taken in samples.items()}
    verdicts = {
        "hashing a new share, MB/s": (rates["a share"], ">= 2000"),
        "against the same digests of bytes in memory": (
            rates["a share"] / rates["leaves in memory"],
            "for comparison",
        ),
    }
    report("hashing", samples, verdicts, options)


if __name__ == "__main__":
    main()
