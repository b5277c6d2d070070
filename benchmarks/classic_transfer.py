"""One source, one sink: ``p2p-get`` over classic beside curl from nginx, to a file on the same disk.

Clock: from the first dial of the source to the last write returned; fsync, rename,
process start and the lookup are in ``wall_s`` only.  Neither side preallocates.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks import costs
from benchmarks.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.site import network, nginx, random_file, same, workplace
from tests.real.processes import script

NAME = "film.bin"


def get(root: Path, central: str, size: int, peer: int) -> Sample:
    """Fetch with p2p-get; the sender's and the receiver's cost."""
    before = costs.cpu_seconds(peer)
    cost = costs.run([script("p2p-get"), central, NAME, "-o", "ours.bin", "--json"], root)
    sent = costs.cpu_seconds(peer) - before
    moments = {line["event"]: line["t"] for line in map(json.loads, cost.output.splitlines())}
    seconds = moments["fetched"] - moments["lookup_done"]
    return _sample(root / "ours.bin", size, seconds, cost, sent) | {"sender_mib": costs.peak_mib(peer)}


def curl(root: Path, host: str, size: int, worker: int) -> Sample:
    """Fetch with curl; the same figures."""
    before = costs.cpu_seconds(worker)
    timing = ["-sS", "-w", "%{time_total}", "-o", "theirs.bin"]
    cost = costs.run(["curl", *timing, f"http://{host}:8080/{NAME}"], root)
    sent = costs.cpu_seconds(worker) - before
    return _sample(root / "theirs.bin", size, float(cost.output), cost, sent)


def _sample(target: Path, size: int, seconds: float, cost: costs.Cost, sent: float) -> Sample:
    if not same(target, target.parent / "share" / NAME):
        raise RuntimeError(f"{target.name} is not what was sent")
    target.unlink()
    gigabytes = size / 1e9
    return {
        "MB/s": size / 1e6 / seconds,
        "wall_s": cost.wall_s,
        "receiver_s/GB": cost.cpu_s / gigabytes,
        "sender_s/GB": sent / gigabytes,
        "receiver_mib": cost.peak_mib,
    }


def main() -> None:
    """Measure and report."""
    parser = arguments(main.__module__ + ": " + (__doc__ or "").splitlines()[0])
    parser.add_argument("--mib", type=int, default=1024)
    options = parser.parse_args()
    size = options.mib << 20
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, size)
        with nginx(root, root / "share") as (host, worker), network(root) as (central, (peer,)):
            samples = interleaved(
                {
                    "p2p-get": lambda: get(root, central, size, peer.process.pid),
                    "curl+nginx": lambda: curl(root, host, size, worker),
                },
                options.rounds,
            )
        shutil.rmtree(root / "share")
    ours, theirs = medians(samples["p2p-get"]), medians(samples["curl+nginx"])
    verdicts = {
        "rate against curl": (ours["MB/s"] / theirs["MB/s"], ">= 1"),
        "sender CPU s/GB": (ours["sender_s/GB"], "<= 0.5"),
        "receiver CPU s/GB": (ours["receiver_s/GB"], "<= 1.3"),
        "sender MiB": (ours["sender_mib"], "< 100"),
        "receiver MiB": (ours["receiver_mib"], "< 100"),
    }
    report("classic_transfer", samples, verdicts, options)


if __name__ == "__main__":
    main()
