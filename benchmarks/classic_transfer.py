"""One source, one sink: ``p2p-get`` over classic beside curl from nginx, to a file on the same disk.

Clock: from the first dial of the source to the last write returned; fsync, rename,
process start and the lookup are in ``wall_s`` only.  Neither side preallocates.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.memory import touch
from benchmarks.measuring.rounds import Sample, interleaved, medians, report
from benchmarks.measuring.site import HERE, Place, network, nginx
from benchmarks.measuring.transfers import NAME, chosen, sample, shared_film
from tests.real.processes import script


def get(root: Path, central: str, peer: int) -> Sample:
    """Fetch with p2p-get; the sender's and the receiver's cost."""
    before = costs.cpu_seconds(peer)
    cost = costs.run([script("p2p-get"), central, NAME, "-o", "ours.bin", "--json"], root)
    sent = costs.cpu_seconds(peer) - before
    moments = {line["event"]: line["t"] for line in map(json.loads, cost.output.splitlines())}
    seconds = moments["fetched"] - moments["lookup_done"]
    return sample(root, root / "ours.bin", seconds, cost, sent) | {"sender_mib": costs.peak_mib(peer)}


def curl(root: Path, host: str, worker: int, place: Place = HERE) -> Sample:
    """Fetch with curl; the same figures."""
    before = costs.cpu_seconds(worker)
    timing = ["-sS", "-w", "%{time_total}", "-o", "theirs.bin"]
    cost = costs.run(place.command(["curl", *timing, f"http://{host}:8080/{NAME}"]), root)
    sent = costs.cpu_seconds(worker) - before
    return sample(root, root / "theirs.bin", float(cost.output), cost, sent)


def main() -> None:
    """Measure and report."""
    options = chosen(__doc__ or "")
    with (
        shared_film(options) as root,
        nginx(root, root / "share") as (host, worker),
        network(root) as (central, (peer,)),
    ):
        samples = interleaved(
            {
                "p2p-get": lambda: get(root, central, peer.process.pid),
                "curl+nginx": lambda: curl(root, host, worker),
            },
            options.rounds,
            partial(touch, root, options.mib << 20),
        )
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
