"""A broadcast for players of HTTP: how late it is there, how soon it begins, and what each costs its source.

``python -m benchmarks.live.players --players 30``: ``p2p-live`` with its test pattern of 3 Mb/s
on loopback, and players that ask as hls.js does (the playlist every two seconds, each
segment once), that read the stream without end, or that read nothing at all.  *Late* is from
the capture of a segment's last picture to its last byte at the player, by one clock.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from statistics import median
from urllib.parse import urlsplit
from urllib.request import urlopen

from benchmarks.live.memory import resident_mib
from benchmarks.live.programs import NAME, Show, showing
from benchmarks.measuring import costs
from benchmarks.measuring.rounds import Sample, arguments, report
from benchmarks.measuring.site import workplace

POLL_S, REST_S = 2.0, 3.0
KEY = re.compile(r"p2ps:l-[a-z2-7]{52}")
LISTED = re.compile(r"(?:#EXT-X-PROGRAM-DATE-TIME:(\S+)\n)?#EXTINF:([\d.]+),\n(\S+)\n")


class Players:
    """So many at once, each in a thread of its own, until they are told to leave.

    :ivar begun: seconds until each had something to show.
    :ivar late: seconds, of each segment at each player.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.over = threading.Event()
        self.begun: list[float] = []
        self.late: list[float] = []

    def segments(self) -> None:
        """As hls.js."""
        seen: set[str] = set()
        came, is_first = time.monotonic(), True
        while not self.over.is_set():
            text = urlopen(f"{self.url}/index.m3u8", timeout=30).read().decode("ascii")
            listed = told(text)
            if not seen:
                # It begins two segments behind the newest.
                seen.update(name for name, _ in listed[:-2])
            for name, ends in listed:
                if name in seen:
                    continue
                urlopen(f"{self.url}/{name}", timeout=30).read()
                if is_first:
                    self.begun.append(time.monotonic() - came)
                else:
                    self.late.append(time.time() - ends)
                is_first = False
                seen.add(name)
            self.over.wait(POLL_S)

    def stream(self) -> None:
        """As VLC, without a buffer."""
        came = time.monotonic()
        with urlopen(f"{self.url}/stream.ts", timeout=30) as response:
            response.read(50_000)
            self.begun.append(time.monotonic() - came)
            while not self.over.is_set():
                response.read(16_384)

    def stalled(self) -> None:
        """As one that was paused."""
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname or "", place.port or 80), 30) as line:
            line.sendall(f"GET {place.path}/stream.ts HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            self.over.wait()


def told(text: str) -> list[tuple[str, float]]:
    """The segments of a playlist, and when each ends by the source's clock."""
    found, at = [], 0.0
    for date, lasts, name in LISTED.findall(text):
        at = (datetime.fromisoformat(date).timestamp() if date else at) + float(lasts)
        found.append((name, at))
    return found


def watched(url: str, pid: int, count: int, seconds: float, play: Callable[[Players], None]) -> Sample:
    """What so many players see, and cost."""
    players = Players(url)
    before, cpu, began = resident_mib(pid), costs.cpu_seconds(pid), time.monotonic()
    threads = [threading.Thread(target=play, args=(players,), daemon=True) for _ in range(count)]
    for each in threads:
        each.start()
    time.sleep(seconds)
    spent = (costs.cpu_seconds(pid) - cpu) / (time.monotonic() - began)
    grown = (resident_mib(pid) - before) * 1024 / max(count, 1)
    players.over.set()
    for each in threads:
        each.join(10)
    late = sorted(players.late) or [0.0]
    return {
        "cpu_percent": spent * 100,
        "kib_each": grown,
        "begun_s": max(players.begun, default=0.0),
        "late_median_s": median(late),
        "late_p95_s": late[int(len(late) * 0.95)],
    }


def measure(show: Show, options: Namespace) -> dict[str, Sample]:
    """Each kind of player in turn."""
    assert show.source is not None
    time.sleep(options.warm)
    key = KEY.findall(urlopen(f"http://{show.central}:2045/api/v1/streams/{NAME}").read().decode())[0]
    url, pid, found = f"http://{show.address}/live/{key}", show.source.process.pid, {}
    kinds = {
        "nobody": (0, Players.segments),
        "segments": (options.players, Players.segments),
        "stream": (options.players, Players.stream),
        "stalled": (options.players, Players.stalled),
    }
    for name, (count, play) in kinds.items():
        found[name] = watched(url, pid, count, options.seconds, play)
        print(name, "  ".join(f"{key}={value:.3f}" for key, value in found[name].items()), flush=True)
        time.sleep(REST_S)
    return found


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.set_defaults(rounds=1)
    parser.add_argument("--players", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--warm", type=float, default=12.0)
    options = parser.parse_args()
    with workplace(options.folder) as root, showing(root) as show:
        samples = measure(show, options)
    verdicts = {
        "s until a player has something to show": (samples["segments"]["begun_s"], "<= 2"),
        "KiB of the source for each that reads nothing": (samples["stalled"]["kib_each"], "<= 512"),
    }
    report("live_players", {name: [sample] for name, sample in samples.items()}, verdicts, options)


if __name__ == "__main__":
    main()
