"""The memory of a long broadcast: of its source, of what captures for it, and of one who watches.

``python -m benchmarks.live.memory --minutes 20``: the real programs on loopback, the test
pattern of 3 Mb/s; all of it is recorded.  Memory is what is resident, every ten seconds.
What is asked is whether it grows: between the medians of a minute near the beginning, when
windows and caches have filled, and of the last one.
"""

from __future__ import annotations

import os
import time
from argparse import Namespace
from collections import defaultdict
from pathlib import Path
from statistics import median

from benchmarks.live.programs import NAME, showing
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import workplace
from tests.real.processes import Program, script

EVERY_S = 10.0
#: Of samples: of which the median is taken, and which are not looked at before them.
MINUTE, WARM = 6, 18
#: What may be lost to how memory is given out, in MiB.
BAR = 8.0


def resident_mib(pid: int) -> float:
    """What of a running process is in memory now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def sampled(programs: dict[str, int], seconds: float) -> dict[str, list[float]]:
    """The memory of each until then."""
    taken: dict[str, list[float]] = defaultdict(list)
    until, began = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < until:
        time.sleep(EVERY_S)
        for name, pid in programs.items():
            taken[name].append(resident_mib(pid))
        if len(taken["source"]) % MINUTE == 0:
            told = "  ".join(f"{name}={values[-1]:.1f} MiB" for name, values in taken.items())
            print(f"{time.monotonic() - began:6.0f} s  {told}  load={os.getloadavg()[0]:.1f}", flush=True)
    return taken


def measure(root: Path, options: Namespace) -> dict[str, Sample]:
    """A central, a source, and who watches."""
    with showing(root) as show:
        source = show.source
        assert source is not None
        watch = [script("p2p-play"), "--state", str(root / "viewer"), "--player", "none", show.central, NAME]
        viewer = Program(watch, root / "roles")
        try:
            viewer.wait_for(r"\d [kM]B here", 30)
            pids = {"source": source.process.pid, "viewer": viewer.process.pid}
            pids["capture"] = next(pid for pid in costs.family(pids["source"]) if pid != pids["source"])
            taken = sampled(pids, options.minutes * 60)
            print(source.told(), viewer.told(), sep="\n", flush=True)
        finally:
            viewer.kill()
    return {name: figures(values) for name, values in taken.items()}


def figures(values: list[float]) -> Sample:
    """Of all samples of one."""
    begin, end = median(values[WARM : WARM + MINUTE]), median(values[-MINUTE:])
    return {"early_mib": begin, "late_mib": end, "peak_mib": max(values), "grown_mib": end - begin}


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--minutes", type=float, default=20.0)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        samples = measure(root, options)
    verdicts = {
        f"MiB that the {name} grew by from minute 4 to the last": (sample["grown_mib"], f"<= {BAR:g}")
        for name, sample in samples.items()
    }
    report("live_memory", {name: [sample] for name, sample in samples.items()}, verdicts, options)


if __name__ == "__main__":
    main()
