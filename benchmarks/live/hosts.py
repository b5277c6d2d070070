"""Two hundred whole nodes of one broadcast on one simulated clock: how late each leaf is proven.

``python -m benchmarks.live.hosts``: the links, sessions, meshes and windows of the programs,
each on a host with so many copies up and 10 ms from there into the network, and told so (``--upload-limit``);
nothing waits for a processor.
The bar is the bound of experiment E4 with a tree's ways, times 1.5, and 0.3 s.
"""

from __future__ import annotations

import time
from argparse import Namespace
from math import ceil, log2

from benchmarks.measuring.rounds import Sample, arguments, report
from p2pstream.content.units import LEAF
from tests.live.hosts import Stage

WAY_S = 0.01


def measure(options: Namespace) -> Sample:
    """One run."""
    stage = Stage(options.rate, options.seed, way_s=WAY_S, paced=True)
    began = time.process_time()
    stage.run(2.0)
    viewers = []
    for _ in range(options.viewers):
        viewers += stage.watch(1, options.copies, options.delay)
        stage.run(0.04)
    stage.run(options.settle)
    since = stage.network.clock.seconds()
    stage.run(options.seconds + options.delay)
    until = since + options.seconds
    late = sorted(each for viewer in viewers for each in viewer.late(since))
    holes = sum(viewer.holes(since, until) for viewer in viewers)
    parts = {f"proven_p{part}_s": late[len(late) * part // 100] for part in (50, 95, 99)}
    return {**parts, "holes": float(holes), "leaves": float(len(late)), "cpu_s": time.process_time() - began}


def bar(viewers: int, rate: float) -> float:
    """What the 99th percentile may be."""
    doublings = ceil(log2(viewers))
    return 1.5 * ((doublings + 1) * LEAF * 8 / rate + doublings * 2 * WAY_S) + 0.3


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--rate", type=float, default=3e6, help="bits a second")
    parser.add_argument("--copies", type=float, default=2.0, help="that each can send")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--settle", type=float, default=10.0, help="seconds that are not counted")
    parser.add_argument("--delay", type=float, default=2.0, help="from captured to shown")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sample = measure(options)
    most = bar(options.viewers, options.rate)
    verdicts = {
        "s from signed to proven, p99": (sample["proven_p99_s"], f"<= {most:.2f}"),
        "leaves missed": (sample["holes"], "0"),
    }
    report("live_hosts", {f"{options.viewers} nodes": [sample]}, verdicts, options)


if __name__ == "__main__":
    main()
