"""1,000 viewers over the native protocol, 4 Mb/s each, from one peer: how many are ever late, and the cost.

A viewer asks for so many units at a time, whenever as much of the film is due: sixteen, 1 MiB,
which is half of what our own programs ask for ahead on a link that is quick; or four, as one who
has little.  It is late when the last of them is not there before its film needs it, two seconds
after it began to ask.  The load proves nothing, so that it costs less than what it loads, and runs
in this process, on the other core.
"""

from __future__ import annotations

import os
import resource
import selectors
import time
from collections import deque
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

from benchmarks.loads.native_asker import NativeAsker
from benchmarks.measuring import costs
from benchmarks.measuring.loop import Loop
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from p2pstream.content.addresses import PEER_PORT
from p2pstream.content.keys import FileKey
from p2pstream.content.signing import Identity
from p2pstream.content.units import UNIT
from p2pstream.data.disk import open_file
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers

NAME = "film.bin"
RATE = 4_000_000 // 8
#: How many units are asked for at a time.
PIECES = (16, 4)
#: What is held in front of the film.
AHEAD_S = 2.0


class Viewer:
    """One of them."""

    def __init__(self, host: str, identity: Identity, key: FileKey, number: int, together: int) -> None:
        self.asker = NativeAsker(host, PEER_PORT, identity)
        self.asker.open(key)
        self._together = together
        self._pieces = key.units // together
        # Not all begin at the same place.
        self._next = number * 7 % self._pieces
        self._asked: deque[float] = deque()
        self._answered = 0
        self.late = 0

    def ask(self, now: float) -> None:
        """The next piece is due."""
        self.asker.ask(self._next * self._together, self._together)
        self._next = (self._next + 1) % self._pieces
        self._asked.append(now)

    def hear(self, now: float, took: list[float]) -> None:
        """Bytes came."""
        self._answered += self.asker.hear()
        while self._asked and self._answered >= self._together * UNIT:
            self._answered -= self._together * UNIT
            took.append(now - self._asked.popleft())
            self.late += took[-1] > AHEAD_S


def watch(host: str, peer: int, key: FileKey, clients: int, seconds: float, together: int) -> Sample:
    """All of them for ``seconds``, their steps spread evenly."""
    identity, period_s = Identity(os.urandom(32)), together * UNIT / RATE
    viewers = [Viewer(host, identity, key, number, together) for number in range(clients)]
    selector = selectors.EpollSelector()
    for viewer in viewers:
        selector.register(viewer.asker.socket, selectors.EVENT_READ, viewer)
    took: list[float] = []
    start, lag = time.monotonic() + 0.5, 0.0
    turns = deque((start + period_s * number / clients, viewer) for number, viewer in enumerate(viewers))
    before = own = 0.0
    counts = False
    while (now := time.monotonic()) < start + 2 * period_s + seconds:
        if not counts and now >= start + 2 * period_s:
            # The first turns are start-up, as everybody's pages are read and windows open.
            counts, before, own = True, costs.cpu_seconds(peer), time.process_time()
            took.clear()
        while turns[0][0] <= now:
            due, viewer = turns.popleft()
            lag = max(lag, now - due)
            viewer.ask(now)
            turns.append((due + period_s, viewer))
        for ready, _ in selector.select(max(0.0, min(0.01, turns[0][0] - now))):
            ready.data.hear(time.monotonic(), took)
    spent, load = costs.cpu_seconds(peer) - before, time.process_time() - own
    for viewer in viewers:
        viewer.asker.socket.close()
    selector.close()
    return {
        "late": float(sum(viewer.late > 0 for viewer in viewers)),
        "peer_core_%": 100 * spent / seconds,
        "p50_ms": 1000 * quantiles(took, n=100)[49],
        "p99_ms": 1000 * quantiles(took, n=100)[98],
        "load_core_%": 100 * load / seconds,
        "load_lag_ms": 1000 * lag,
        "MB/s": len(took) * together * UNIT / 1e6 / seconds,
    }


def key_of(path: Path) -> FileKey:
    """The key of a file."""
    loop = Loop()
    workers = ThreadWorkers(cast(Any, loop))
    file = open_file(path)
    key: FileKey = loop.wait(hash_file(file, workers)).key
    file.close()
    workers.close()
    return key


def _size(together: int) -> str:
    return f"{together * UNIT >> 10} KiB at a time"


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=3)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with workplace(options.folder) as root:
        key = key_of(random_file(root / "share" / NAME, 256 << 20))
        with network(root, announced=True) as (_, (peer,)):
            host = peer.args[peer.args.index("--ip") + 1]
            samples = interleaved(
                {
                    _size(each): partial(
                        watch, host, peer.process.pid, key, options.clients, options.seconds, each
                    )
                    for each in PIECES
                },
                options.rounds,
            )
    verdicts = {"late viewers": (max(each["late"] for taken in samples.values() for each in taken), "0")}
    for size, taken in samples.items():
        verdicts[f"% of a core, {size}"] = (medians(taken)["peer_core_%"], "<= 30")
    report("native_viewers", samples, verdicts, options)


if __name__ == "__main__":
    main()
