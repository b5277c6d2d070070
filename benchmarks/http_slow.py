"""5,000 clients who drip the head of a request: how long each stays, and what honest clients notice.

They come from 250 addresses of loopback, which are exempt from the bound per address; an
honest client asks for a small file twenty times a second meanwhile, each time anew.
"""

from __future__ import annotations

import resource
import selectors
import socket
import time
from collections.abc import Iterator

from benchmarks.http_transfer import host_of
from benchmarks.measuring import costs
from benchmarks.measuring.answers import looked_at
from benchmarks.measuring.cores import apart
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from benchmarks.measuring.turns import late, longest, peer_told, turned

HEAD = b"GET /share/small.bin HTTP/1.1\r\nHost: localhost\r\nCookie: "
ASK = b"GET /share/small.bin HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SECONDS = 14.0
EVERY_S = 0.05


class Attackers:
    """All of them; ``ages`` are the seconds that those stayed who are gone."""

    def __init__(self) -> None:
        self.ages: list[float] = []
        self._began: dict[socket.socket, float] = {}
        self._selector = selectors.DefaultSelector()

    def come(self, host: str, count: int) -> None:
        """So many connect, and say the beginning of a request."""
        for _, address in zip(range(count), sources(), strict=False):
            attacker = socket.socket()
            attacker.bind((address, 0))
            attacker.settimeout(5)
            try:
                attacker.connect((host, 2050))
                self._began[attacker] = time.monotonic()
                attacker.sendall(HEAD)
                attacker.setblocking(False)
                self._selector.register(attacker, selectors.EVENT_READ)
            except OSError:
                self._gone(attacker)

    def look(self) -> None:
        """Who was hung up on."""
        for key, _ in self._selector.select(0):
            attacker: socket.socket = key.fileobj  # type: ignore[assignment]
            try:
                if attacker.recv(4096):
                    continue
            except BlockingIOError:
                continue
            except OSError:
                pass
            self._selector.unregister(attacker)
            self._gone(attacker)

    def drip(self, part: int, parts: int) -> None:
        """One part of them sends a byte."""
        for attacker in list(self._began)[part::parts]:
            try:
                attacker.send(b"x")
            except OSError:
                continue

    def leave(self) -> int:
        """End; how many were still there."""
        left = len(self._began)
        for attacker in list(self._began):
            attacker.close()
        return left

    def _gone(self, attacker: socket.socket) -> None:
        began = self._began.pop(attacker, None)
        if began is not None:
            self.ages.append(time.monotonic() - began)
        attacker.close()


def sources() -> Iterator[str]:
    """Where they come from: twenty from each."""
    number = 0
    while True:
        yield f"127.1.0.{1 + number // 20 % 250}"
        number += 1


def honest(host: str) -> float:
    """Seconds for a small file; infinite when it does not come."""
    began = time.monotonic()
    try:
        with socket.create_connection((host, 2050), timeout=5) as client:
            client.sendall(ASK)
            got = b""
            while chunk := client.recv(65536):
                got += chunk
    except OSError:
        return float("inf")
    return time.monotonic() - began if got.startswith(b"HTTP/1.1 200") else float("inf")


def attack(host: str, twin: str, peer: int, count: int) -> Sample:
    """For some seconds; and what is noticed at a peer that nobody attacks."""
    attackers = Attackers()
    before = costs.cpu_seconds(peer)
    attackers.come(host, count)
    waits: list[float] = []
    usual: list[float] = []
    ends, turn = time.monotonic() + SECONDS, 0
    while time.monotonic() < ends:
        waits.append(honest(host))
        usual.append(honest(twin))
        attackers.drip(turn % 20, 20)
        attackers.look()
        turn += 1
        time.sleep(EVERY_S)
    left = attackers.leave()
    return {
        "longest_s": max(attackers.ages, default=0.0),
        "left": float(left),
        "honest_p99_ms": 1000 * sorted(waits)[int(len(waits) * 0.99)],
        "unattacked_p99_ms": 1000 * sorted(usual)[int(len(usual) * 0.99)],
        "honest_turned_away": float(sum(wait == float("inf") for wait in waits)),
        "peer_cpu_s": costs.cpu_seconds(peer) - before,
        "peer_mib": costs.peak_mib(peer),
    }


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=5000)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, options.clients + 1000), hard))
    with workplace(options.folder) as root:
        random_file(root / "share" / "small.bin", 1 << 20)
        turns = root / "turns"
        with network(root, peers=2, peer=peer_told(turns)) as (_, (peer, other)):
            pid, hosts = peer.process.pid, (host_of(peer), host_of(other))

            def attacked() -> Sample:
                def seen() -> Sample:
                    return attack(*hosts, pid, options.clients)

                return turned(turns, lambda: looked_at(f"{hosts[0]}:2050", seen))

            with apart(pid):
                samples = interleaved({"slow": attacked}, options.rounds)
    found = medians(samples["slow"])
    verdicts = {
        "longest stay s": (max(each["longest_s"] for each in samples["slow"]), "<= 10"),
        "still there": (max(each["left"] for each in samples["slow"]), "0"),
        "honest p99 ms": (found["honest_p99_ms"], "<= 100"),
        "longest turn ms": longest(samples["slow"]),
        "lag p99.9 ms": late(samples["slow"]),
        "honest turned away": (max(each["honest_turned_away"] for each in samples["slow"]), "0"),
    }
    report("http_slow", samples, verdicts, options)


if __name__ == "__main__":
    main()
