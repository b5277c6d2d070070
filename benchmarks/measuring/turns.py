"""How long the turns of a peer's reactor are, by the clock and in its own time of a processor.

What one turn takes everybody else waits for.  By the clock that is how late the reactor is for
whatever happens meanwhile; the time of a processor is the peer's doing, whatever else the machine has
to do.  ``python -m benchmarks.measuring.turns FILE OPTIONS`` is ``p2p-peer OPTIONS``, and appends to a
file what each turn took that was no short one.
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

__all__ = ["late", "lateness", "longest", "peer_told", "turned"]

#: Seconds; what is shorter holds up nobody.
SHORT_S = 0.001


def peer_told(path: Path) -> Sequence[str]:
    """What a command line begins with that runs a peer whose turns go to a file."""
    path.touch()
    return [sys.executable, "-m", "benchmarks.measuring.turns", str(path)]


def turned(path: Path, measure: Callable[[], Sample]) -> Sample:
    """What is measured, and how long the turns of the peer were meanwhile."""
    begin, began = path.stat().st_size, time.monotonic()
    measured = measure()
    seconds = time.monotonic() - began
    turns = array("d", path.read_bytes()[begin:])
    by_clock, own = turns[::2], turns[1::2]
    return measured | {
        "lag_p99.9_ms": 1000 * lateness(by_clock, seconds),
        "turn_most_ms": 1000 * max(by_clock, default=0.0),
        "turn_most_cpu_ms": 1000 * max(own, default=0.0),
        "turns_above_20_ms": float(sum(turn > 0.020 for turn in own)),
    }


def lateness(turns: Sequence[float], seconds: float, part: float = 0.001) -> float:
    """How late a reactor is for the latest thousandth of what happens at any moment of these seconds.

    Who comes in a turn waits for the rest of it: of a turn of ``w`` seconds for more than ``x`` in
    ``w - x`` of them.

    >>> lateness([0.020, 0.010], 10.0)
    0.01
    """
    left, above, latest = part * seconds, 0, 0.0
    for above, turn in enumerate(sorted(turns, reverse=True)):
        if above and above * (latest - turn) >= left:
            return latest - left / above
        left, latest = left - above * (latest - turn), turn
    return max(0.0, latest - left / (above + 1))


def late(samples: Sequence[Sample]) -> tuple[float, str]:
    """That of the worst round, in milliseconds; and the bar."""
    return max(each["lag_p99.9_ms"] for each in samples), "<= 20"


def longest(samples: Sequence[Sample]) -> tuple[float, str]:
    """The longest turn of all rounds, in milliseconds; and the bar."""
    return max(each["turn_most_cpu_ms"] for each in samples), "<= 20"


class Poll:
    """What a reactor waits with, which looks at each turn: from the end of one wait to the next."""

    def __init__(self, poll: Any, file: int) -> None:
        self._poll = poll
        self._file = file
        self._began, self._own = time.monotonic(), time.thread_time()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poll, name)

    def poll(self, *args: Any) -> Any:
        """See ``select.epoll``."""
        took = time.monotonic() - self._began
        if took > SHORT_S:
            os.write(self._file, array("d", [took, time.thread_time() - self._own]).tobytes())
        ready = self._poll.poll(*args)
        self._began, self._own = time.monotonic(), time.thread_time()
        return ready


def watch(file: int) -> None:
    """Have each turn of this process looked at."""
    from p2pstream.transport.reactor import PlainReactor

    iterate: Any = PlainReactor.doIteration

    def do_iteration(reactor: Any, timeout: float | None) -> Any:
        if not isinstance(reactor._poller, Poll):
            reactor._poller = Poll(reactor._poller, file)
        return iterate(reactor, timeout)

    PlainReactor.doIteration = do_iteration  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    _, told, *options = sys.argv
    watch(os.open(told, os.O_WRONLY | os.O_APPEND))
    sys.argv = ["p2p-peer", *options]
    from p2pstream.roles.peer import main

    main()
