"""How bytes leave a wire, and where those that come are put."""

from __future__ import annotations

from typing import Any

from p2pstream.limits import Limits
from p2pstream.transport.roads.bulk import Rider, can_bulk, install
from p2pstream.transport.roads.outbox import Outbox
from p2pstream.transport.roads.spout import Spout
from p2pstream.transport.vigil import Timers

__all__ = ["pave"]


def pave(transport: Any, rider: Rider, timers: Timers, limits: Limits, bulk: bool) -> Outbox | Spout:
    """Where bytes may leave and arrive past Python, have them do so, if ``bulk`` is wanted."""
    if bulk and can_bulk(transport):
        return install(transport, rider, limits)
    return Spout(transport, timers, rider, limits)
