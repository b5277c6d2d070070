"""Proving what arrives: runs of units are hashed in threads, or in a process of their own.

Python has one lock for all threads, and a leaf is hashed in 10 µs: threads that hash
hand that lock to each other, and to the reactor, a hundred thousand times a second.  A
process apart does not, and so twice as much is proven (``docs/decisions/hash-apart``).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from p2pstream.data.hasher.process import ProcessHasher, can_hash_apart
from p2pstream.data.hasher.threads import ThreadHasher
from p2pstream.interfaces import IHasher, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["ProcessHasher", "ThreadHasher", "hasher_for"]


def hasher_for(reactor: Any, workers: IWorkers, limits: Limits = LIMITS) -> IHasher:
    """The fastest that this system has."""
    if can_hash_apart(reactor):
        # Memory that is shared takes a descriptor.
        with suppress(OSError):
            return ProcessHasher(reactor, workers, limits)
    return ThreadHasher(workers)
