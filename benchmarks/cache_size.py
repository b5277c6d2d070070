"""A film of 4 GiB read at 50 MB/s by a player whose cache takes 256 MB: the disk and the memory that it has.

The film is one hole, so its making costs nothing; every byte of it is sent, proven and
written all the same.  The store is looked at every 20 ms, by the blocks that it takes.
"""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, medians, report
from benchmarks.measuring.site import workplace
from tests.real.processes import Program, free_loopback, script

_MOST = 256_000_000
_LOOK_S = 0.02


def watched(words: list[str], state: Path, rate: float, length: int) -> Sample:
    """Read it at that many bytes a second, and watch the reader's disk and memory."""
    player = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert isinstance(player.stdout, BufferedReader)
    began = time.monotonic()
    read, disk, memory, due = 0, 0, 0.0, began
    while chunk := player.stdout.read1(1 << 18):
        read += len(chunk)
        if time.monotonic() >= due:
            due = time.monotonic() + _LOOK_S
            disk = max(disk, _taken(state / "store"))
            memory = max(memory, _held(player.pid))
        time.sleep(max(0.0, began + read / rate - time.monotonic()))
    seconds = time.monotonic() - began
    if player.wait(30) or read != length:
        raise RuntimeError(f"it ended with {player.returncode} after {read} bytes")
    return {"disk_mb": disk / 1e6, "peak_mib": memory, "seconds": seconds, "mb_s": read / seconds / 1e6}


def _held(pid: int) -> float:
    """MiB of all its processes; none when it has just ended, and its last bytes are on their way."""
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        return sum(map(costs.peak_mib, costs.family(pid)))
    return 0.0


def _taken(folder: Path) -> int:
    """Bytes of the disk."""
    taken = 0
    for file in folder.glob("*"):
        with suppress(FileNotFoundError):
            taken += os.stat(file).st_blocks * 512
    return taken


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--gib", type=float, default=4.0)
    parser.add_argument("--mb-s", type=float, default=50.0, help="how fast it is read")
    options = parser.parse_args()
    length = int(options.gib * (1 << 30))
    with workplace(options.folder) as root:
        for folder in ("share", "roles"):
            (root / folder).mkdir(exist_ok=True)
        with (root / "share" / "film.mkv").open("wb") as film:
            film.truncate(length)
        central, host = free_loopback(), free_loopback()
        words = ["--ip", host, "--share", str(root / "share"), "--central", central]
        told = Program([script("p2p-central"), "--ip", central], root / "roles")
        peer = Program([script("p2p-peer"), *words, "--state", str(root / "peer")], root / "roles")
        try:
            peer.wait_for("hashed 1 file", 120)
            time.sleep(2.0)
            samples = []
            for number in range(options.rounds):
                state = root / f"state {number}"
                play = [script("p2p-play"), "-O", "-q", "--cache-size", "256M", "--state", str(state)]
                film_words = [central, "film.mkv"]
                samples.append(watched([*play, *film_words], state, options.mb_s * 1e6, length))
        finally:
            peer.kill()
            told.kill()
    found = medians(samples)
    verdicts = {
        "of the disk, in cache sizes": (found["disk_mb"] * 1e6 / _MOST, "<= 1.05"),
        "memory, MiB": (found["peak_mib"], "< 200"),
    }
    report("cache_size", {"p2p-play": samples}, verdicts, options)


if __name__ == "__main__":
    main()
