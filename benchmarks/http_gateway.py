"""A film of the swarm, through the viewer's own peer, to curl: first byte, a place that is sought, all.

Each round takes a film that the viewer's peer has never seen; one other peer has it.  It
begins when what the last round fetched has become durable.
Clock: curl's own, from its start; the connection, the lookup at the central, the dial
and the proof of the first bytes are in it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.answers import looked_at
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, same, workplace
from benchmarks.measuring.turns import late, longest, peer_told, turned
from tests.real.processes import ROOT, Program, free_loopback

SETTLE_S = 8.0


@contextmanager
def own_peer(root: Path, central: str, turns: Path) -> Iterator[tuple[str, Program]]:
    """The viewer's peer, which shares nothing, and whose turns go to a file; where it listens."""
    host, folder = free_loopback(), root / "own"
    (folder / "share").mkdir(parents=True)
    args = ["--ip", "0.0.0.0", "--port", "0", "--central", central, "--state", str(root / "state")]
    program = Program([*peer_told(turns), *args], folder, {"PYTHONPATH": str(ROOT)})
    try:
        found = program.wait_for(r"listens on \S+?:(\d+)")
        program.wait_for("listed at")
        yield f"{host}:{found[1]}", program
    finally:
        program.kill()


def curl(root: Path, url: str, *more: str) -> tuple[float, float]:
    """Seconds to the first byte, and in all."""
    timing = ["-sS", "--fail", "-w", "%{time_starttransfer} %{time_total}", "-o", str(root / "got.bin")]
    cost = costs.run(["curl", *timing, *more, url], root)
    first, total = map(float, cost.output.split())
    return first, total


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=256)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        names = [f"film{number}.bin" for number in range(options.rounds + 1)]
        for name in names:
            random_file(root / "share" / name, options.mib << 20)
        left, turns = iter(names), root / "turns"
        with network(root, announced=True) as (central, _), own_peer(root, central, turns) as (peer, program):

            def watch() -> Sample:
                name = next(left)
                time.sleep(SETTLE_S)
                return turned(turns, lambda: looked_at(peer, lambda: taken(name)))

            def taken(name: str) -> Sample:
                url = f"http://{peer}/stream/{central}/{name}"
                first, _ = curl(root, url, "-r", "0-99999")
                middle = options.mib << 19
                sought, _ = curl(root, url, "-r", f"{middle}-{middle + 99_999}")
                _, total = curl(root, url)
                if not same(root / "got.bin", root / "share" / name):
                    raise RuntimeError("what came is not the film")
                return {
                    "first_byte_ms": 1000 * first,
                    "sought_ms": 1000 * sought,
                    "MB/s": (options.mib << 20) / 1e6 / total,
                    "peer_mib": costs.peak_mib(program.process.pid),
                }

            samples = interleaved({"gateway": watch}, options.rounds)
    report("http_gateway", samples, judged(samples["gateway"]), options)


def judged(samples: list[Sample]) -> dict[str, tuple[float, str]]:
    """What was measured, beside what is asked of it."""
    found = medians(samples)
    return {
        "first byte ms": (found["first_byte_ms"], "<= 100"),
        "sought place ms": (found["sought_ms"], "<= 60"),
        "longest turn ms": longest(samples),
        "lag p99.9 ms": late(samples),
    }


if __name__ == "__main__":
    main()
