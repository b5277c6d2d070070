"""200 players, each reading 8 Mb/s from one peer over HTTP: how many are ever late, and the cost.

A player takes what has arrived every 100 ms, as in `benchmarks.classic_viewers`.
"""

from __future__ import annotations

import socket

from benchmarks.classic_viewers import NAME, STEP_S, Viewer, watch
from benchmarks.http_transfer import host_of
from benchmarks.measuring.answers import looked_at
from benchmarks.measuring.cores import apart
from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from benchmarks.measuring.turns import late, longest, peer_told, turned


class Player(Viewer):
    """One that asks as players do: from the start, with no end."""

    rate = 8_000_000 // 8

    def ask(self) -> None:
        """See `Viewer.ask`; there is room for what is played in two steps, as players have for seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * int(self.rate * STEP_S))
        self.socket.sendall(
            f"GET /share/{NAME} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n".encode()
        )


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=200)
    # A thousandth of a thousand looks is the worst of them all.
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, 256 << 20)
        turns = root / "turns"
        with network(root, peer=peer_told(turns)) as (_, (peer,)):
            host, process = host_of(peer), peer.process.pid

            def players() -> Sample:
                def watched() -> Sample:
                    return watch(host, process, options.clients, options.seconds, Player)

                return turned(turns, lambda: looked_at(f"{host}:2050", watched))

            with apart(process):
                samples = interleaved({"players": players}, options.rounds)
    found = medians(samples["players"])
    verdicts = {
        "late players": (max(sample["late"] for sample in samples["players"]), "0"),
        "% of a core": (found["peer_core_%"], "< 100"),
        "longest turn ms": longest(samples["players"]),
        "lag p99.9 ms": late(samples["players"]),
    }
    report("http_viewers", samples, verdicts, options)


if __name__ == "__main__":
    main()
