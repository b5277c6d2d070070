"""Hashing a new share, warm: from file to key on two workers; beside it, one digest over it all."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any, cast

from benchmarks.loop import Loop, cpu
from benchmarks.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.site import random_file, workplace
from p2pstream.data.disk import open_file
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers


def alone(path: Path) -> Sample:
    """One digest over the whole file, in one thread."""
    began, used = time.perf_counter(), cpu()
    with path.open("rb", buffering=0) as file:
        hashlib.file_digest(file, "sha256")
    return figures(path.stat().st_size, began, used)


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
            {"a share": lambda: share(path), "one digest, one thread": lambda: alone(path)}, options.rounds
        )
    ours = medians(samples["a share"])["MB/s"]
    report("hashing", samples, {"hashing a new share, MB/s": (ours, ">= 2000")}, options)


if __name__ == "__main__":
    main()
