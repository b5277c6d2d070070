"""A window of a day beside one of ten minutes: memory, and what somebody who joins costs.

``python -m benchmarks.live.window --hours 24`` fills it on a clock that is simulated, at 6 Mb/s,
a slice of 45 or 46 leaves a second, each a place to begin at and every second one the
begin of a segment, on a disk that keeps nothing; every leaf is proven.
Each window has a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.measuring.rounds import Sample, arguments, report
from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.hashes.slices import slice_roots
from p2pstream.content.hls import SegmentStart
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.content.signing import Identity
from p2pstream.content.units import LEAF, ZERO_HASH
from p2pstream.data.live import LiveData, Slice
from p2pstream.limits import LIMITS
from p2pstream.live.mesh import Mesh
from p2pstream.live.neighbourhood import Neighbours
from p2pstream.live.shelf import LiveShelf
from p2pstream.player.live.moments import Beginning, Moments
from p2pstream.testing.workers import InlineWorkers
from tests.live.test_long import NoDisk

RATE = 6e6
#: What a process says of its window.
_TOLD = "rss_mb", "before_mb", "join_ms", "slices_told", "begin_ms", "list_ms", "raps", "hours"
_CONTENT = b"x" * LEAF


class Joiner:
    """Counts what it is told."""

    address, id, uplink = "memory", b"", 0
    slices = 0

    def tell_slice(self, head: bytes, leaves: bytes) -> None:
        """See `ILiveNeighbour`."""
        self.slices += 1

    def end_slices(self, first: int, code: int) -> None:
        """See `ILiveNeighbour`."""


def fill(seconds: int) -> tuple[LiveData, int]:
    """A window so long, full; and the leaf at which it ends."""
    data = LiveData(LiveKey(Identity(b"c" * 32).id), NoDisk(), InlineWorkers(), seconds)
    prev, last = ZERO_HASH, 0
    each = int(RATE / 8 / LEAF)
    for second, stop in enumerate(accumulate(each + (number % 4 > 0) for number in range(seconds + 60))):
        count = stop - last
        leaves = leaf_hashes(_CONTENT) * count
        captured = second * 1000
        roots = slice_roots(last, leaves)
        segment = SegmentStart(0, second // 2, 0, 2000) if second % 2 == 0 else None
        raw = second.to_bytes(200, "big")
        head = Head(1, second, last, count, captured, 1000, 0, prev, roots, segment=segment, raw=raw)
        prev = head.digest
        data.add(Slice(head, leaves))
        for leaf in range(last, stop):
            data.put(1, leaf, bytes(bytearray(_CONTENT)))
        last = stop
    return data, last


def join(data: LiveData, edge: int) -> tuple[float, int]:
    """Milliseconds to tell one who joins of the last seconds, and of how many slices."""
    neighbours, joiner = Neighbours(Mesh()), Joiner()
    known: Any = joiner
    neighbours.add(known)
    shelf = LiveShelf(data, neighbours, LIMITS)
    began = time.perf_counter()
    telling = shelf.tell(known, (1 << 32) + edge - 200, 200)
    with suppress(StopIteration):
        telling.send(None)
    return (time.perf_counter() - began) * 1000, joiner.slices


def look(data: LiveData) -> tuple[float, float]:
    """Milliseconds to find where to begin, and, for a player of playlists, the list and its last segment."""
    began = time.perf_counter()
    Moments(data.raps, data.start, Beginning(data.edge, data.newest_ms or 0)).to_join(4.0)
    tuned = time.perf_counter()
    data.segments.find(data.segments.row(data.settled)[-1].name)
    return (tuned - began) * 1000, (time.perf_counter() - tuned) * 1000


def measure(seconds: int) -> Sample:
    """In a process of its own."""
    command = [sys.executable, "-m", "benchmarks.live.window", "--one", str(seconds)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return dict(zip(_TOLD, map(float, told), strict=True))


def one(seconds: int) -> None:
    """Fill one, and print what it takes."""
    before = _rss()
    data, edge = fill(seconds)
    told = join(data, edge)
    print(_rss(), before, *told, *look(data), len(data.raps), seconds / 3600)


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--one", type=int, help="seconds; fill one such window, and say what it takes")
    options = parser.parse_args()
    if options.one is not None:
        one(options.one)
        return
    short, long = measure(600), measure(int(options.hours * 3600))
    verdicts = {
        "memory of the long window, of the short one's": (long["rss_mb"] / short["rss_mb"], "<= 1.1"),
        **{f"{name}, more": (long[name] - short[name], "< 10") for name in _TOLD if name.endswith("_ms")},
    }
    report("live_window", {"10 minutes": [short], f"{options.hours:g} hours": [long]}, verdicts, options)


if __name__ == "__main__":
    main()
