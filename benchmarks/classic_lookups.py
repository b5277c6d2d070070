"""Classic lookups, a connection each: how many a second one central answers.

The load comes from this process, on the other core; the ancestor answers five in
all before it aborts.
"""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import workplace
from p2pstream.content.addresses import CENTRAL_PORT
from tests.real.processes import Program, free_loopback, script

NAMES = 1000


class Asker:
    """One lookup after another on ``selector``, and how long each took."""

    def __init__(self, selector: selectors.BaseSelector, host: str, taken: list[float]) -> None:
        self.selector, self.host, self.taken = selector, host, taken
        self.dial()

    def dial(self) -> None:
        """Begin the next lookup."""
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.began = time.monotonic()
        self.socket.connect_ex((self.host, CENTRAL_PORT))
        self.selector.register(self.socket, selectors.EVENT_WRITE, self.ask)

    def ask(self) -> None:
        """Connected: say the name."""
        number = len(self.taken) % NAMES
        self.socket.send(b"film-%04d.mp4" % number)
        self.selector.modify(self.socket, selectors.EVENT_READ, self.hear)

    def hear(self) -> None:
        """Take the reply, and go on when the central has hung up."""
        reply = self.socket.recv(200)
        if reply:
            if not reply.startswith(b"10.") or len(reply) != 100:
                raise RuntimeError(f"not a reply: {reply!r}")
            return
        self.taken.append(time.monotonic() - self.began)
        self.selector.unregister(self.socket)
        self.socket.close()
        self.dial()


def load(host: str, pid: int, seconds: float, at_once: int) -> Sample:
    """``at_once`` askers for ``seconds``."""
    taken: list[float] = []
    before, began = costs.cpu_seconds(pid), time.monotonic()
    with selectors.DefaultSelector() as selector:
        askers = [Asker(selector, host, taken) for _ in range(at_once)]
        while time.monotonic() - began < seconds:
            for key, _ in selector.select(0.1):
                key.data()
        for asker in askers:
            asker.socket.close()
    took = time.monotonic() - began
    marks = quantiles(taken, n=100)
    return {
        "lookups/s": len(taken) / took,
        "p50_ms": marks[49] * 1000,
        "p99_ms": marks[98] * 1000,
        "central_us": (costs.cpu_seconds(pid) - before) / len(taken) * 1e6,
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        lines = [
            f"film-{number:04}.mp4 10.0.{number % 250}.1 10.0.{number % 250}.2\n" for number in range(NAMES)
        ]
        Path(root, "fileToIP.txt").write_text("".join(lines))
        host = free_loopback()
        central = Program([script("p2p-central"), "--ip", host], root)
        try:
            central.wait_for(host)
            pid = central.process.pid
            samples = interleaved(
                {
                    f"{at_once} at once": partial(load, host, pid, options.seconds, at_once)
                    for at_once in (1, 64)
                },
                options.rounds,
            )
        finally:
            central.kill()
    busy = medians(samples["64 at once"])
    report("classic_lookups", samples, {"lookups a second": (busy["lookups/s"], ">= 2000")}, options)


if __name__ == "__main__":
    main()
