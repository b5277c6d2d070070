"""A stream that was opened, as commands see it."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

__all__ = ["Opened"]


class Opened:
    """As `peer.streams.OpenStream`, as far as whoever reads it looks: the test ends it."""

    broadcast = None

    def __init__(self, data: Any) -> None:
        self.data = data
        self.done: Deferred[None] = Deferred()
