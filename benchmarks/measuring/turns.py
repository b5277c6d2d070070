"""How long the turns of a peer's reactor are, in its own time of a processor.

What one turn takes everybody else waits for, and so much of that is the peer's doing, whatever
else the machine has to do meanwhile.  ``python -m benchmarks.measuring.turns FILE OPTIONS`` is
``p2p-peer OPTIONS``, and appends to a file what each turn took that was no short one.
"""

from __future__ import annotations

import os
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.rounds import Sample

__all__ = ["longest", "peer_told", "turned"]

#: Seconds; what is shorter holds up nobody.
SHORT_S = 0.001


def peer_told(path: Path) -> Sequence[str]:
    """What a command line begins with that runs a peer whose turns go to a file."""
    path.touch()
    return [sys.executable, "-m", "benchmarks.measuring.turns", str(path)]


def turned(path: Path, measure: Callable[[], Sample]) -> Sample:
    """What is measured, and the longest turn of the peer meanwhile."""
    begin = path.stat().st_size
    measured = measure()
    turns = array("d", path.read_bytes()[begin:])
    return measured | {
        "turn_most_cpu_ms": 1000 * max(turns, default=0.0),
        "turns_above_20_ms": float(sum(turn > 0.020 for turn in turns)),
    }


def longest(samples: Sequence[Sample]) -> tuple[float, str]:
    """The longest turn of all rounds, in milliseconds; and the bar."""
    return max(each["turn_most_cpu_ms"] for each in samples), "<= 20"


def watch(file: int) -> None:
    """Have each turn of this process looked at: from one poll to the next."""
    from twisted.internet.epollreactor import EPollReactor

    poll: Any = EPollReactor.doPoll
    began = time.thread_time()

    def do_poll(reactor: Any, timeout: float | None) -> Any:
        nonlocal began
        now = time.thread_time()
        if now - began > SHORT_S:
            os.write(file, array("d", [now - began]).tobytes())
        began = now
        return poll(reactor, timeout)

    EPollReactor.doIteration = do_poll  # type: ignore[method-assign]


if __name__ == "__main__":
    _, told, *options = sys.argv
    watch(os.open(told, os.O_WRONLY | os.O_APPEND))
    sys.argv = ["p2p-peer", *options]
    from p2pstream.roles.peer import main

    main()
