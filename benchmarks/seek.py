"""Seeks to places of which nothing is here yet, on loopback: to the first byte, proven and handed on.

A film of 1 GiB at four peers, watched at 8 Mb/s with a cache of 100 MB, so that what is
here is a small part of it; the one who watches jumps every second or so.
"""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from pathlib import Path
from statistics import quantiles

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, workplace
from benchmarks.measuring.transfers import NAME
from tests.real.processes import ROOT

_GIB = 1
_CACHE = 100_000_000
_PEERS = 4


def measure(root: Path, central: str, options: Namespace) -> Sample:
    """One who watches, with nothing at first."""
    state = root / "state"
    command = [sys.executable, "-m", "benchmarks.loads.film_watcher", central, NAME, str(state)]
    seeks = ["--cache-size", str(_CACHE), "--seeks", str(options.seeks), "--every", str(options.every)]
    film = str(root / "share" / NAME)
    cost = costs.run([*command, film, *seeks], root, {"PYTHONPATH": str(ROOT)})
    shutil.rmtree(state)
    told = json.loads(cost.output)
    firsts = told["firsts"]
    if len(firsts) != options.seeks or told["wrong"]:
        raise RuntimeError(f"of {options.seeks} seeks {len(firsts)} came, {told['wrong']} bytes wrong")
    percentiles = quantiles(firsts, n=100)
    return {
        "p50_ms": 1000 * percentiles[49],
        "p95_ms": 1000 * percentiles[94],
        "longest_ms": 1000 * max(firsts),
        "start_s": told["start_s"],
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=3)
    parser.add_argument("--seeks", type=int, default=20)
    parser.add_argument("--every", type=float, default=1.5, help="seconds")
    options = parser.parse_args()
    with workplace(options.folder) as root:
        (root / "share").mkdir()
        with (root / "share" / NAME).open("wb") as film:
            film.truncate(_GIB << 30)
        with network(root, _PEERS, announced=True) as (central, _):
            samples = interleaved({"seeks": lambda: measure(root, central, options)}, options.rounds)
    verdicts = {
        "first byte of a seek, ms, median": (medians(samples["seeks"])["p50_ms"], "<= 60"),
        "first byte of a seek, ms, p95": (medians(samples["seeks"])["p95_ms"], "<= 60"),
    }
    report("seek", samples, verdicts, options)


if __name__ == "__main__":
    main()
