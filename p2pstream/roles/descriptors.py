"""How many connections the system lets this process have."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.limits import LIMITS, Limits

try:
    import resource
except ImportError:  # not POSIX
    resource = None  # type: ignore[assignment]

__all__ = ["fit"]

#: A transfer needs a socket and a file.
_EACH = 2


def fit(limits: Limits = LIMITS) -> Limits:
    """The same bounds with no more connections than there can be descriptors for.

    The soft limit of the process is raised as far as that takes and as it may be.
    """
    if resource is None:
        return limits
    wanted = limits.connections * _EACH + limits.spare_descriptors
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return limits
    return replace(limits, connections=max(1, (soft - limits.spare_descriptors) // _EACH))
