"""From the connection to the first unit, and the first MiB, proven: ours, and libtorrent's first piece.

The film has 1 GiB, and was fetched from before: its hashes are in the peer's memory.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from benchmarks.measuring.transfers import NAME
from benchmarks.native_transfer import seeding, theirs
from tests.real.processes import ROOT

PIECE = 1 << 19


def ours(root: Path, central: str, *more: str) -> Sample:
    """A fetch into a store that is empty."""
    state = root / "own"
    command = [sys.executable, "-m", "benchmarks.loads.native_fetcher", central, NAME, str(state), *more]
    cost = costs.run(command, root, {"PYTHONPATH": str(ROOT)})
    shutil.rmtree(state)
    told: Sample = json.loads(cost.output)
    return told | {"cpu_s": cost.cpu_s, "peak_mib": cost.peak_mib}


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=11)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, 1 << 30)
        with network(root, announced=True) as (central, _), seeding(root, PIECE) as (host, seed):

            def fetched() -> Sample:
                told = ours(root, central, "--mib", "4")
                return {name: told[name] for name in ("unit_ms", "mib_ms")}

            def piece() -> Sample:
                return {"first_piece_ms": theirs(root, PIECE, host, seed)["first_ms"]}

            samples = interleaved({"native": fetched}, options.rounds)
            samples |= interleaved({"libtorrent": piece}, 3)
    found = medians(samples["native"])
    verdicts = {
        "first unit, ms": (found["unit_ms"], "<= 10"),
        "first MiB, ms": (found["mib_ms"], "<= 25"),
    }
    report("first_unit", samples, verdicts, options)


if __name__ == "__main__":
    main()
