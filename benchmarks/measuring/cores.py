"""Whose core is whose, where what is measured and what loads it are on one machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress

__all__ = ["apart"]


@contextmanager
def apart(pid: int) -> Iterator[None]:
    """Give a process one core, and us, and whom we start meanwhile, the others.

    A server has its clients on other machines; beside them it would be late for want of a
    core, which says nothing of it.  Where there is one core alone nothing changes.
    """
    cores = os.sched_getaffinity(0)
    last = {max(cores)}
    if last == cores:
        yield
        return
    _move(pid, last)
    os.sched_setaffinity(0, cores - last)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        _move(pid, cores)


def _move(pid: int, cores: Set[int]) -> None:
    """All threads that a process has; those that they start stay where they are."""
    with suppress(ProcessLookupError, FileNotFoundError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(thread), cores)
