"""What is told of each topic: always how it stands now, never what became of what was told before.

So nothing has to be kept for anybody, and whoever comes back needs to be told no more than
anybody who comes for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from p2pstream.content.shown import Topic
from p2pstream.interfaces import ICentralView, IPeerView
from p2pstream.limits import LIMITS, Limits

__all__ = ["CentralTopics", "PeerTopics", "Topics"]


class Topics(Protocol):
    """What may be told, in the order in which a newcomer is told of it."""

    told: Mapping[Topic, Callable[[], Any]]
    #: Those of which everybody is told again and again, and the name of that event.
    beats: Mapping[str, Callable[[], Any]]

    def observe(self, changed: Callable[[Topic], None]) -> Callable[[], None]:
        """As `INodeView.observe`."""

    def moves(self) -> bool:
        """Whether there is anything to be told of again and again."""


class PeerTopics:
    """Those of a peer."""

    def __init__(self, view: IPeerView, limits: Limits = LIMITS) -> None:
        self._view = view
        self._limits = limits
        self.observe = view.observe
        self.told: Mapping[Topic, Callable[[], Any]] = {
            Topic.NODE: view.node,
            Topic.FOLDERS: view.folders,
            Topic.SHARES: lambda: view.shares("", "", limits.event_shares),
            Topic.LIMITS: view.limits,
            Topic.CENTRALS: view.centrals,
        }
        self.beats: Mapping[str, Callable[[], Any]] = {"traffic": self._traffic}

    def moves(self) -> bool:
        """Something is fetched, given, or hashed."""
        view = self._view
        return bool(view.fetches() or view.hashing().files or view.transfers(1))

    def _traffic(self) -> dict[str, Any]:
        view = self._view
        return {
            "transfers": list(view.transfers(self._limits.event_transfers)),
            "fetches": list(view.fetches()),
            "totals": list(view.totals()),
            "hashing": view.hashing(),
        }


class CentralTopics:
    """Those of a central: how much it lists, and no names, which are asked for in parts."""

    def __init__(self, view: ICentralView) -> None:
        self.observe = view.observe
        self.told: Mapping[Topic, Callable[[], Any]] = {Topic.NODE: view.node, Topic.STREAMS: view.counts}
        self.beats: Mapping[str, Callable[[], Any]] = {}

    def moves(self) -> bool:
        """Nothing does."""
        return False
