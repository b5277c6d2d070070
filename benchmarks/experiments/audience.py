"""How a crowd of viewers fared."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.flows.crowd import Crowd
from benchmarks.flows.peer import FlowPeer
from benchmarks.flows.viewer import Watching

__all__ = ["settled", "stalled_part"]


def settled(crowd: Crowd, peers: Iterable[FlowPeer]) -> list[Watching]:
    """Those of them who watched, up to now."""
    found = [peer.watching for peer in peers if peer.watching is not None]
    for watching in found:
        watching.settle(crowd.events.now)
    return found


def stalled_part(audience: Iterable[Watching]) -> float:
    """What part of their time the picture stood still, once there was one; in percent."""
    stalled = watched = 0.0
    for watching in audience:
        stalled += sum(watching.stalls)
        watched += watching.watched
    return 100 * stalled / (stalled + watched) if stalled + watched else 0.0
