"""Where nobody looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zope.interface import implementer

from p2pstream.interfaces import IMeter, ITraffic

__all__ = ["UNMEASURED", "Unmeasured"]


@implementer(IMeter, ITraffic)
class Unmeasured:
    """A program that shows nothing of itself remembers nothing either."""

    def count(self, metric: str, amount: float = 1.0, labels: tuple[str, ...] = ()) -> None:
        """See `IMeter`."""

    def observe(self, metric: str, value: float) -> None:
        """See `IMeter`."""

    def begin(self, *transfer: Any, **more: Any) -> Callable[[], None]:
        """See `ITraffic`."""
        return _ended


def _ended() -> None:
    """Nobody kept it."""


UNMEASURED = Unmeasured()
