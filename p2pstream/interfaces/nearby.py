"""The seam of a local network, on which centrals and peers are found without an address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zope.interface import Interface

if TYPE_CHECKING:
    from p2pstream.content.nearby import Nearby, NearbyRole

__all__ = ["INeighbourhood"]


class INeighbourhood(Interface):
    """Says on a local network that a central or a peer is there, and finds those that say so.

    All of it but `leave` waits for a network, and so it is called in a thread, or before a reactor runs.
    """

    def advertise(who: Nearby) -> Callable[[], None]:
        """Say it from now on, under another title where that one is taken.

        :returns: takes it back, so that others know at once; harmless when called twice.
        :raises errors.CannotListen: that network cannot be spoken to.
        """

    def browse(seconds: float, role: NearbyRole) -> Sequence[Nearby]:
        """Whoever says so within that time, each address once, by title; no more than are bounded.

        :param role: what they are to be; who does not say is a central.
        :raises errors.CannotListen: that network cannot be spoken to.
        """

    def leave() -> None:
        """Browse no more: who waits for answers comes back soon, with those that are there.

        What was said stays until it is taken back.  From any thread.
        """
