"""Time that never steps, for us; and the time of day, for others."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["make_monotonic", "wall_ms"]


def make_monotonic(reactor: Any) -> None:
    """Have ``reactor`` tell monotonic time, before anything is scheduled on it.

    Twisted's reactors follow the wall clock: when that is set back an hour, every timer
    comes an hour late.  Harmless when done twice.

    :raises RuntimeError: something is scheduled already, for a moment on the wall clock.
    """
    if reactor.seconds is time.monotonic:
        return
    if reactor.getDelayedCalls():
        raise RuntimeError("time must be made monotonic before anything is scheduled")
    reactor.seconds = time.monotonic


def wall_ms() -> int:
    """Unix milliseconds: for what is signed and kept, never for waiting."""
    return time.time_ns() // 1_000_000
