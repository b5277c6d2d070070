"""Bounds of what is shown to programs that look at a node."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["ViewLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ViewLimits:
    """The API, what is measured, and the events that pages follow."""

    api_rows: int = bound(500, "rows", "of one part of a list; 100 kB")
    metrics_kept_s: float = bound(0.1, "s", "for which what is measured is shown again; nobody asks as often")
    event_clients: int = bound(64, "connections", "that follow events; each has one for as long as it likes")
    event_clients_each: int = bound(16, "connections", "of one address that follow events; a browser has six")
    event_gap_s: float = bound(0.25, "s", "between two tellings to one of those; nobody sees more")
    event_beat_s: float = bound(1.0, "s", "between two looks at what moves all the time")
    event_rest_s: float = bound(15.0, "s", "without anything to tell, until a word says that we are there")
    event_transfers: int = bound(200, "transfers", "told of at once; more than anybody tells apart")
    event_shares: int = bound(200, "shares", "told of at once; the API has the others")
