"""The seam of a local network, on which centrals are found without an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

if TYPE_CHECKING:
    from p2pstream.content.nearby import Nearby

__all__ = ["INeighbourhood"]


class INeighbourhood(Interface):
    """Says on a local network that a central is there, and finds those that say so.

    All of it waits for a network, and so it is called in a thread, or before a reactor runs.
    """

    def advertise(central: Nearby) -> Callable[[], None]:
        """Say it from now on, under another title where that one is taken.

        :returns: takes it back, so that others know at once; harmless when called twice.
        :raises errors.CannotListen: that network cannot be spoken to.
        """

    def browse(seconds: float) -> Sequence[Nearby]:
        """Whoever says so within that time, each address once, by title; no more than are bounded.

        :raises errors.CannotListen: that network cannot be spoken to.
        """
