"""One client, a complete film: what a peer serves over HTTP beside nginx, to curl that writes to a file.

Clock: curl's own, from its start to the last write; both senders use sendfile, and
neither file is preallocated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.answers import looked_at
from benchmarks.measuring.memory import touch
from benchmarks.measuring.rounds import Sample, interleaved, medians, report
from benchmarks.measuring.site import network, nginx
from benchmarks.measuring.transfers import NAME, chosen, sample, shared_film
from tests.real.processes import Program


def curl(root: Path, url: str, sender: int) -> Sample:
    """Fetch with curl; what both ends cost."""
    before = costs.cpu_seconds(sender)
    timing = ["-sS", "--fail", "-w", "%{time_total} %{time_starttransfer}", "-o", "got.bin"]
    cost = costs.run(["curl", *timing, url], root)
    sent = costs.cpu_seconds(sender) - before
    total, first = map(float, cost.output.split())
    measured = sample(root, root / "got.bin", total, cost, sent)
    return measured | {"first_byte_ms": 1000 * first, "sender_mib": costs.peak_mib(sender)}


def host_of(peer: Program) -> str:
    """Where it listens."""
    return peer.args[peer.args.index("--ip") + 1]


def main() -> None:
    """Measure and report."""
    options = chosen(__doc__ or "")
    with (
        shared_film(options) as root,
        nginx(root, root / "share") as (host, worker),
        network(root) as (_, (peer,)),
    ):
        ours = f"http://{host_of(peer)}:2050/share/{NAME}"
        from_us = partial(curl, root, ours, peer.process.pid)
        contenders: dict[str, Callable[[], Sample]] = {
            "p2p-peer": partial(looked_at, f"{host_of(peer)}:2050", from_us),
            "nginx": partial(curl, root, f"http://{host}:8080/{NAME}", worker),
        }
        samples = interleaved(contenders, options.rounds, partial(touch, root, options.mib << 20))
    mine, theirs = medians(samples["p2p-peer"]), medians(samples["nginx"])
    verdicts = {
        "rate against nginx": (mine["MB/s"] / theirs["MB/s"], ">= 0.8"),
        "first byte ms": (mine["first_byte_ms"], "<= 100"),
        "sender MiB": (mine["sender_mib"], "< 100"),
        "answer p99.9 ms": (max(each["answer_p99.9_ms"] for each in samples["p2p-peer"]), "<= 20"),
    }
    report("http_transfer", samples, verdicts, options)


if __name__ == "__main__":
    main()
