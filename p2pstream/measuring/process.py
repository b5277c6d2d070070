"""What this process took so far."""

from __future__ import annotations

import sys
import time

try:
    import resource
except ImportError:  # not a POSIX system
    resource = None  # type: ignore[assignment]

__all__ = ["cpu_seconds", "memory_peak_bytes"]

#: In what the most memory is told: bytes on macOS, KiB elsewhere.
_UNIT = 1 if sys.platform == "darwin" else 1024


def cpu_seconds() -> float:
    """Processor time, of all its threads."""
    return time.process_time()


def memory_peak_bytes() -> int | None:
    """The most memory that it ever had; None where nobody can tell."""
    return None if resource is None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT
