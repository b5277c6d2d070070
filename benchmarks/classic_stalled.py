"""1,000 clients that ask one peer for a film and never read: memory of the process and the kernel.

``process_mib`` is all that the peer holds, ``kernel_mib`` what the kernel holds for
these connections, both ends together; the clients' ends are kept as small as they can be.
With ``P2PSTREAM_PORTABLE=1`` it is the road without ``sendfile`` that is measured.
"""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

from benchmarks.measuring.rounds import Sample, arguments, interleaved, medians, report
from benchmarks.measuring.site import network, random_file, workplace
from p2pstream.content.addresses import PEER_PORT
from tests.real.kernel import tcp_memory
from tests.real.processes import free_loopback

NAME = "film.bin"


def stall(host: str, peer: int, clients: int) -> Sample:
    """Ask and do not read; what that costs once nothing moves any more."""
    own = free_loopback()
    sockets = []
    for _ in range(clients):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.bind((own, 0))
        client.connect((host, PEER_PORT))
        client.send(NAME.encode())
        sockets.append(client)
    time.sleep(3.0)
    held = {"process_mib": resident(peer), "kernel_mib": tcp_memory(host) / (1 << 20)}
    for client in sockets:
        client.close()
    time.sleep(1.0)
    return held | {"all_mib": sum(held.values())}


def resident(pid: int) -> float:
    """The memory that a process has now, in MiB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    """Measure and report."""
    parser = arguments((__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=1000)
    options = parser.parse_args()
    with workplace(options.folder) as root:
        random_file(root / "share" / NAME, 64 << 20)
        with network(root) as (_, (peer,)):
            host = peer.args[peer.args.index("--ip") + 1]
            samples = interleaved(
                {"stalled readers": lambda: stall(host, peer.process.pid, options.clients)}, options.rounds
            )
    found = medians(samples["stalled readers"])
    report("classic_stalled", samples, {"MiB in all": (found["all_mib"], "<= 300 MB, 286 MiB")}, options)


if __name__ == "__main__":
    main()
