"""Announces and lookups over kept connections, with TLS: how many a second one central answers, and how soon.

The load comes from this process, on the other core: every peer announces at its own
steady pace, whether it was answered or not.  Answers are fetched a thousand times a
second: a load that is woken for each costs what it measures twice as much.
"""

from __future__ import annotations

import gc
import os
import resource
import selectors
import time
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.loads.central_asker import Asker
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import workplace
from p2pstream.content.addresses import CENTRAL_PORT
from p2pstream.content.keys import FileKey
from p2pstream.content.signed.records import sign_record
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.link.framing import frame_head
from tests.real.processes import Program, free_loopback, script

ANNOUNCED, RESOLVED = 0x61, 0x66
#: Seconds, for which the machine is looked at apart: one that is lent is half as fast for as long.
SPAN_S = 0.5


class Load:
    """Peers that announce, some of whom ask for a name as well."""

    def __init__(self, host: str, peers: int, pid: int) -> None:
        self.pid = pid
        #: What the central takes for a frame, in each span; and the longest that we did not look at it.
        self.frame_us: list[float] = []
        self.late_s = 0.0
        self.selector = selectors.EpollSelector()
        self.taken: dict[int, list[float]] = {}
        self.askers = [Asker(host, CENTRAL_PORT, self._heard) for _ in range(peers)]
        for asker in self.askers:
            self.selector.register(asker.socket, selectors.EVENT_READ, asker.hear)
        keys = [FileKey(os.urandom(32), 1_000_000) for _ in range(peers // 4)]
        self._publish(keys)
        self._frames = [self._announce(keys[number // 4].encode()) for number in range(peers)]

    def run(self, announces: float, resolves: float, seconds: float) -> float:
        """So many of each a second; the seconds that it took until all were answered."""
        self.taken = {ANNOUNCED: [], RESOLVED: []}
        self.frame_us, self.late_s = [], 0.0
        # A collection over thousands of connections of ours would be taken for a pause of the central's.
        gc.collect()
        gc.disable()
        began, sent, asked = time.monotonic(), 0, 0
        looked, span, spent = 0.0, (0.0, 0), costs.cpu_seconds(self.pid)
        while (now := time.monotonic() - began) < seconds:
            self.late_s, looked = max(self.late_s, now - looked), now
            if now >= span[0] + SPAN_S:
                heard, cpu = self._heard_so_far(), costs.cpu_seconds(self.pid)
                self.frame_us.append((cpu - spent) * 1e6 / max(1, heard - span[1]))
                span, spent = (now, heard), cpu
            for number in range(sent, min(int(now * announces), sent + 200)):
                peer = number % len(self.askers)
                self.askers[peer].ask_raw(*self._frames[peer])
                sent = number + 1
            for number in range(asked, min(int(now * resolves), asked + 20)):
                self.askers[number * 7 % len(self.askers)].ask(
                    say.Resolve(number + 1, 50, f"film {number % 100}.mp4")
                )
                asked = number + 1
            self._listen(0.001)
        while self._heard_so_far() < sent + asked:
            self._listen(0.001)
            if time.monotonic() > began + seconds + 20:
                raise RuntimeError("some requests are not answered")
        return time.monotonic() - began

    def _heard_so_far(self) -> int:
        return sum(map(len, self.taken.values()))

    def _publish(self, keys: list[FileKey]) -> None:
        first, now_ms = self.askers[0], int(time.time() * 1000)
        for number in range(100):
            record = sign_record(first.identity, f"film {number}.mp4", keys[number], now_ms)
            first.ask(say.Publish(number + 1, record.raw))
        while len(self.taken.get(0x64, ())) < 100:
            self._listen(0.001)

    def _announce(self, key: bytes) -> tuple[bytes, bytes]:
        frame = say.frame(say.Announce(1, 2050, 2, 0, 0, (say.Claim(key),)))
        return frame_head(frame.type, 0, len(frame.body)), frame.body[4:]

    def _listen(self, patience_s: float) -> None:
        time.sleep(patience_s)
        for key, _ in self.selector.select(0):
            key.data()

    def _heard(self, type: int, took: float) -> None:
        self.taken.setdefault(type, []).append(took)


def measure(load: Load, announces: float, resolves: float, seconds: float) -> Sample:
    """One run at a pace."""
    # What a peer may do at once, a hundred, fills up again in part: twice a second, as the limits say.
    time.sleep(seconds)
    before, own, all_before = costs.cpu_seconds(load.pid), time.process_time(), costs.machine_cpu_seconds()
    took = load.run(announces, resolves, seconds)
    central, ours = costs.cpu_seconds(load.pid) - before, time.process_time() - own
    figures = {
        "announces/s": len(load.taken[ANNOUNCED]) / took,
        "announce_p99_ms": _p99(load.taken[ANNOUNCED]),
        "central_us": central * 1e6 / sum(map(len, load.taken.values())),
        # The same work: what differs is how fast the machine is.
        "central_us_least": min(load.frame_us, default=0.0),
        "central_us_most": max(load.frame_us, default=0.0),
        "central_cores": central / took,
        "load_cores": ours / took,
        "load_late_ms": load.late_s * 1000,
        # What is neither: with that on our two cores, the figures are not the central's alone.
        "others_cores": (costs.machine_cpu_seconds() - all_before - central - ours) / took,
    }
    if load.taken[RESOLVED]:
        figures["resolve_p99_ms"] = _p99(load.taken[RESOLVED])
    return figures


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98] * 1000


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--peers", type=int, default=2000)
    parser.add_argument("--pace", type=float, default=12_200, help="announces a second")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with workplace(options.folder) as root:
        host = free_loopback()
        central = Program([script("p2p-central"), "--ip", host, "--state", str(Path(root, "state"))], root)
        try:
            central.wait_for(host)
            pid = central.process.pid
            load = Load(host, options.peers, pid)
            pace, seconds = options.pace, options.seconds
            samples = interleaved(
                {
                    "announces": partial(measure, load, pace, 0.0, seconds),
                    "half, and 200 resolves/s": partial(measure, load, pace / 2, 200.0, seconds),
                },
                options.rounds,
            )
        finally:
            central.kill()
    busy, half = medians(samples["announces"]), medians(samples["half, and 200 resolves/s"])
    verdicts = {
        "announces a second": (busy["announces/s"], ">= 12000"),
        "announces, p99 in ms": (busy["announce_p99_ms"], "<= 100"),
        "resolves at half that load, p99 in ms": (half["resolve_p99_ms"], "<= 10"),
    }
    report("central_announces", samples, verdicts, options)


if __name__ == "__main__":
    main()
