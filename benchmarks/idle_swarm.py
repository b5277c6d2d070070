"""300 peers of one swarm, in six processes, that do nothing for a minute: what of a core they take.

Of three kinds: who shares a film; who fetched it and gives it on; and who waits for the
rest of a film that nobody has any more, linked with others who do.  The central runs in a
process of its own.
"""

from __future__ import annotations

import resource
import sys
import time
from argparse import Namespace
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, medians, report
from benchmarks.measuring.site import random_file, workplace
from benchmarks.measuring.transfers import NAME
from tests.real.processes import Program, free_loopback, script

#: Bytes a second of a seed that goes before anybody has all.
_SLOW = 200_000


def measure(root: Path, kind: str, options: Namespace) -> Sample:
    """All of one kind."""
    central, share = free_loopback(), str(root / "share")
    (root / "roles").mkdir(parents=True)
    random_file(root / "share" / NAME, options.mib << 20)
    programs = [Program([script("p2p-central"), "--ip", central], root / "roles")]
    try:
        programs[0].wait_for("listens")
        seed = _seed(root, central, kind)
        programs.append(seed)
        each = options.peers // options.processes
        command = [sys.executable, "-m", "benchmarks.loads.idle_peers", kind, str(each), central, share]
        peers = [
            Program([*command, str(root / f"state {number}")], root / "roles")
            for number in range(options.processes)
        ]
        programs += peers
        for peer in peers:
            peer.wait_for("ready", 150)
        if kind == "waiting":
            seed.kill()
        time.sleep(options.rest)
        return _watch(programs[0], peers, options.seconds)
    finally:
        for program in programs:
            program.kill()


def _seed(root: Path, central: str, kind: str) -> Program:
    words = [
        script("p2p-peer"),
        "--ip",
        free_loopback(),
        "--central",
        central,
        "--share",
        str(root / "share"),
    ]
    slow = ["--upload-limit", str(_SLOW), "--limit-local"] if kind == "waiting" else []
    seed = Program([*words, *slow], root / "roles")
    seed.wait_for("listed at")
    seed.wait_for("hashed")
    time.sleep(1.0)
    return seed


def _watch(central: Program, peers: list[Program], seconds: float) -> Sample:
    processes = [peer.process.pid for peer in peers]
    before, began = [costs.cpu_seconds(each) for each in processes], time.monotonic()
    central_before = costs.cpu_seconds(central.process.pid)
    time.sleep(seconds)
    lasted = time.monotonic() - began
    spent = sum(costs.cpu_seconds(each) for each in processes) - sum(before)
    return {
        "peers_core_%": 100 * spent / lasted,
        "central_core_%": 100 * (costs.cpu_seconds(central.process.pid) - central_before) / lasted,
        "mib_each_process": sum(map(costs.peak_mib, processes)) / len(processes),
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--peers", type=int, default=300)
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rest", type=float, default=20.0, help="seconds before it is looked at")
    parser.add_argument("--mib", type=int, default=8)
    parser.add_argument("--kind", default="sharing", choices=("sharing", "seeding", "waiting"))
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    samples = []
    for _ in range(options.rounds):
        with workplace(options.folder) as root:
            samples.append(measure(root, options.kind, options))
    found = medians(samples)
    verdicts = {
        "% of a core, their central included": (found["peers_core_%"] + found["central_core_%"], "< 5")
    }
    report(f"idle_{options.kind}", {f"{options.peers} {options.kind}": samples}, verdicts, options)


if __name__ == "__main__":
    main()
