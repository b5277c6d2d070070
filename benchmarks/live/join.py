"""From ``p2p-play CENTRAL NAME`` to the first picture of a broadcast in the window, unseen (Xvfb).

``python -m benchmarks.live.join --rounds 10``: a test pattern of 3 Mb/s,
and one after another those who are measured.  ``join_s`` counts from asking the central,
``command_s`` from the start of the process.
"""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.first_frame import played
from benchmarks.live.programs import NAME, Show, showing
from benchmarks.measuring.rounds import Sample, arguments, interleaved, report
from benchmarks.measuring.site import workplace
from script.display import display

#: Seconds for which each one watches.
WATCHES_S = 2.0


def join(root: Path, show: Show, screen: str, delay_s: float) -> Sample:
    """How soon it is there, for one who watches a little longer."""
    args = [show.central, NAME, "--no-peer", "--state", str(root / "viewer"), "--latency", f"{delay_s}s"]
    command_s, told = played(args, root, screen, WATCHES_S)
    return {"join_s": told["first_frame"] - told["lookup_started"], "command_s": command_s}


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=10)
    parser.add_argument("--delay", type=float, default=4.0, help="from captured to shown")
    options = parser.parse_args()
    with workplace(options.folder) as root, display() as (screen, _), showing(root) as show:
        time.sleep(10.0)
        measure = {"p2p-play": lambda: join(root, show, screen, options.delay)}
        samples = interleaved(measure, options.rounds)
    worst = {key: _p95([sample[key] for sample in samples["p2p-play"]]) for key in ("join_s", "command_s")}
    verdicts = {
        "s from asking the central to the first picture, p95": (worst["join_s"], "<= 2"),
        "s from the command to it, p95": (worst["command_s"], "<= 2"),
    }
    report("live_join", samples, verdicts, options)


def _p95(values: list[float]) -> float:
    """Of few, the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


if __name__ == "__main__":
    main()
