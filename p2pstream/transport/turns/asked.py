"""What one source was asked for under a downlink, and did not send yet."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.addresses import Address
from p2pstream.interfaces import IDownlink

__all__ = ["AskedUnits"]


class AskedUnits:
    """Keeps for one source what `IDownlink` wants of whoever asks: what does not come is given back, once.

    :param downlink: None: nothing bounds how much is asked for.
    :param wanted: as of `IDownlink.room`.
    """

    __slots__ = ("_all", "_downlink", "_left", "_wanted")

    def __init__(self, downlink: IDownlink | None, wanted: Callable[[], None]) -> None:
        self._all = self._downlink = downlink
        self._wanted = wanted
        self._left = 0

    def between(self, here: Address | None, there: Address | None) -> None:
        """Its connection is between these two: whether it counts is known from now on.

        Before that it does.  ``wanted`` is called when it turns out that it does not.
        """
        counts = self._all is not None and self._all.counts(here, there)
        if self._all is None or counts is (self._downlink is not None):
            return
        left = self._left
        self.end()
        self._downlink = self._all if counts else None
        self.asked(left)
        if not counts:
            self._wanted()

    def room(self, most: int) -> int:
        """How many units may be asked for now, of so many at most."""
        # Who may be asked for nothing does not wait for room either.
        downlink = self._downlink if most else None
        return most if downlink is None else min(most, downlink.room(self._wanted))

    def asked(self, count: int) -> None:
        """So many more were asked for."""
        self._left += count
        if self._downlink is not None:
            self._downlink.asked(count)

    def came(self, count: int) -> None:
        """So many of them were sent, whether anybody had a use for them or not."""
        self._left -= count

    def refused(self, count: int) -> None:
        """So many of them will not come."""
        self.asked(-count)

    def end(self) -> None:
        """None of the rest will come, and nothing more is asked for; harmless when done twice."""
        if self._downlink is not None:
            self._downlink.leave(self._wanted)
        if self._left:
            self.refused(self._left)
