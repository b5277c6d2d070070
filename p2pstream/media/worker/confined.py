"""What a worker gives up before it sees a film."""

from __future__ import annotations

import pkgutil
import resource
from contextlib import suppress
from importlib import import_module

import av

from p2pstream.limits import Limits

__all__ = ["confine"]

#: Modules of PyAV that are programs, or fetch films from elsewhere.
_NOT_NEEDED = ("av.__main__", "av.datasets")


def confine(limits: Limits) -> None:
    """From here on: no file is opened and none written, no socket made, and all else is bounded."""
    # PyAV imports some of itself when it meets a stream of that kind: too late then.
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name not in _NOT_NEEDED:
            with suppress(ImportError):
                import_module(module.name)
    for what, most in (
        (resource.RLIMIT_AS, limits.worker_memory_bytes),
        (resource.RLIMIT_CPU, int(limits.worker_cpu_s)),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
