"""One file hashed as a peer hashes a new share, in a process of its own.

``python -m benchmarks.hashed PATH`` prints how long it took, and the CPU that it cost, all
processes together.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import react

from p2pstream.data.disk import open_file
from p2pstream.data.hasher import hasher_for
from p2pstream.data.hashing import hash_file
from p2pstream.data.workers import ThreadWorkers


def cpu() -> float:
    """Seconds of CPU that this process has used, and those that it started and that have ended."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


async def hashed(reactor: Any, path: str) -> None:
    """Hash it."""
    workers, file = ThreadWorkers(reactor), open_file(path)
    began, used = time.perf_counter(), cpu()
    hasher = hasher_for(reactor, workers)
    await hash_file(file, workers, hasher=hasher)
    seconds = time.perf_counter() - began
    await hasher.close()
    print(json.dumps({"seconds": seconds, "cpu_s": cpu() - used}))
    file.close()
    await workers.close()


if __name__ == "__main__":
    react(lambda reactor: Deferred.fromCoroutine(hashed(reactor, sys.argv[1])))
