"""Hashing a new share, warm: from file to key on two cores; beside it, one digest over it all."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path

from benchmarks import costs
from benchmarks.hashed import cpu
from benchmarks.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.site import random_file, workplace
from tests.real.processes import ROOT


def alone(path: Path) -> Sample:
    """One digest over the whole file, in one thread."""
    began, used = time.perf_counter(), cpu()
    with path.open("rb", buffering=0) as file:
        hashlib.file_digest(file, "sha256")
    return figures(path.stat().st_size, began, used)


def share(path: Path) -> Sample:
    """The key of the file, as a peer finds it."""
    said = costs.run(
        [sys.executable, "-m", "benchmarks.hashed", str(path)], path.parent, {"PYTHONPATH": str(ROOT)}
    )
    told, size = json.loads(said.output), path.stat().st_size
    return {"MB/s": size / 1e6 / told["seconds"], "s/GB": told["cpu_s"] / size * 1e9}


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
