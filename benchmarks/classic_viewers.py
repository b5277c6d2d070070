"""500 classic clients, each reading 4 Mb/s from one peer: how many are ever late, and the cost.

A client takes what has arrived every 100 ms, never more than its rate allows, and is
late when at such a moment less is there than its rate allows (first second excused:
that is its start-up buffer).
"""

from __future__ import annotations

import socket
import time

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from p2pstream.content.addresses import PEER_PORT
from tests.real.processes import free_loopback

NAME = "film.bin"
RATE = 4_000_000 // 8
STEP_S = 0.1


class Viewer:
    """One client that plays at its rate, in bytes a second."""

    rate = RATE

    def __init__(self, host: str, own: str, begins: float) -> None:
        self.socket = socket.create_connection((host, PEER_PORT), source_address=(own, 0))
        self.ask()
        self.socket.setblocking(False)
        self.due = begins
        self.began = begins
        self.taken = 0
        self.late = 0

    def ask(self) -> None:
        """Say which film."""
        self.socket.send(NAME.encode())

    def take(self, now: float) -> None:
        """Read what the rate allows by now."""
        allowed = int((now - self.began) * self.rate) - self.taken
        while allowed > 0:
            try:
                got = len(self.socket.recv(min(allowed, 65536)))
            except BlockingIOError:
                self.late += now - self.began > 1.0
                break
            if not got:
                raise RuntimeError("the peer hung up")
            allowed -= got
            self.taken += got
        self.due += STEP_S


def watch(peer_host: str, peer: int, clients: int, seconds: float, kind: type[Viewer] = Viewer) -> Sample:
    """All clients for ``seconds``, their steps spread evenly."""
    own = free_loopback()
    start = time.monotonic() + 1.0 + clients / 1000
    viewers = [kind(peer_host, own, start + STEP_S * n / clients) for n in range(clients)]
    time.sleep(max(0.0, start - time.monotonic()))
    before, began, lag = costs.cpu_seconds(peer), time.monotonic(), 0.0
    while (now := time.monotonic()) - began < seconds:
        for viewer in viewers:
            if viewer.due > now:
                break
            lag = max(lag, now - viewer.due)
            viewer.take(time.monotonic())
        viewers.sort(key=lambda viewer: viewer.due)
        time.sleep(0.001)
    took = time.monotonic() - began
    core = (costs.cpu_seconds(peer) - before) / took
    for viewer in viewers:
        viewer.socket.close()
    return {
        "late": float(sum(viewer.late > 0 for viewer in viewers)),
        "peer_core_%": core * 100,
        "generator_lag_ms": lag * 1000,
        "MB/s": sum(viewer.taken for viewer in viewers) / 1e6 / took,
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, 256 << 20)
        with network(root) as (_, (peer,)):
            host = peer.args[peer.args.index("--ip") + 1]
            samples = interleaved(
                {"viewers": lambda: watch(host, peer.process.pid, options.clients, options.seconds)},
                options.rounds,
            )
    found = medians(samples["viewers"])
    verdicts = {
        "late viewers": (max(sample["late"] for sample in samples["viewers"]), "0"),
        "% of a core": (found["peer_core_%"], "< 40"),
    }
    report("classic_viewers", samples, verdicts, options)


if __name__ == "__main__":
    main()
