"""Eight clients at once from one peer: their sum against one alone."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, same, workplace
from script.programs import dying_with_us
from tests.real.processes import script

NAME = "film.bin"


def fetch(root: Path, central: str, size: int, clients: int) -> Sample:
    """``clients`` processes of p2p-get started together; bytes in all over the time of the last."""
    targets = [root / f"got-{number}" for number in range(clients)]
    began = time.monotonic()
    children = [
        subprocess.Popen(dying_with_us([script("p2p-get"), central, NAME, "-o", str(target), "-q"]), cwd=root)
        for target in targets
    ]
    codes = [child.wait() for child in children]
    took = time.monotonic() - began
    if any(codes) or not all(same(target, root / "share" / NAME) for target in targets):
        raise RuntimeError(f"a client failed: exit codes {codes}")
    for target in targets:
        target.unlink()
    return {"MB/s": clients * size / 1e6 / took, "last_s": took}


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    options = parser.parse_args()
    size = options.mib << 20
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, size)
        with network(root) as (central, _):
            samples = interleaved(
                {
                    "one client": lambda: fetch(root, central, size, 1),
                    "eight clients": lambda: fetch(root, central, size, 8),
                },
                options.rounds,
            )
    one, eight = medians(samples["one client"]), medians(samples["eight clients"])
    report("classic_fanout", samples, {"eight against one": (eight["MB/s"] / one["MB/s"], ">= 0.9")}, options)


if __name__ == "__main__":
    main()
