"""How soon a node answers the least there is to ask, while something is measured.

A process apart asks for ``/healthz`` a hundred times a second, on a connection that is kept for as
many requests as one may carry.  What it waits is how late the node's reactor is (`measuring.turns`),
the answer, and what the machine has both of them wait.  How long a new connection takes to its first
answer is told apart: a crowd is let in little by little, and who comes with it has to wait for those
who came before.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.measuring.rounds import Sample
from script.programs import dying_with_us

__all__ = ["looked_at"]

EVERY_S = 0.01
#: As many as one connection may carry.
REQUESTS = 100
ASK = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def looked_at(where: str, measure: Callable[[], Sample]) -> Sample:
    """What is measured, and how soon the node at ``HOST:PORT`` answered meanwhile."""
    command = dying_with_us([sys.executable, "-m", "benchmarks.measuring.answers", where])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as looking:
        assert looking.stdout is not None
        looking.stdout.readline()
        try:
            measured = measure()
        finally:
            told, _ = looking.communicate()
    waits, entries = map(sorted, json.loads(told))
    return measured | {
        "answer_p99.9_ms": 1000 * waits[int(len(waits) * 0.999)],
        "answer_most_ms": 1000 * waits[-1],
        "answers": float(len(waits)),
        "let_in_most_ms": 1000 * entries[-1],
    }


def look(host: str, port: int) -> tuple[list[float], list[float]]:
    """Ask until standard input ends; the seconds that each answer took, and each new connection."""
    waits: list[float] = []
    entries: list[float] = []
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        began = time.perf_counter()
        with socket.create_connection((host, port), timeout=10) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answered(client)
            entries.append(time.perf_counter() - began)
            for _ in range(REQUESTS - 1):
                if select.select([sys.stdin], [], [], EVERY_S)[0]:
                    break
                began = time.perf_counter()
                answered(client)
                waits.append(time.perf_counter() - began)
    return waits, entries


def answered(client: socket.socket) -> None:
    """Ask once.

    :raises RuntimeError: that is not answered well.
    """
    client.sendall(ASK)
    if b"200" not in client.recv(4096):
        raise RuntimeError("the node does not say how it is")


if __name__ == "__main__":
    host, _, port = sys.argv[1].rpartition(":")
    print(json.dumps(look(host, int(port))))
