"""Another who takes part in a broadcast, at the other end of a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zope.interface import implementer

from p2pstream.codes import Code
from p2pstream.interfaces import ILiveNeighbour
from p2pstream.protocols.native.bodies.body import Message
from p2pstream.protocols.native.live.messages import (
    AskLeaf,
    AskSlices,
    CancelledLeaf,
    Given,
    Leaves,
    NoLeaf,
    NoSlices,
    SliceSaid,
    Sub,
    Unsub,
)
from p2pstream.protocols.native.live.session import LiveSession

__all__ = ["LinkedNeighbour"]


@implementer(ILiveNeighbour)
class LinkedNeighbour:
    """One channel of a session.

    :param opposite: who it is.
    :param now: monotonic seconds.
    :param preferred: see `ILiveNeighbour`.
    :param left: called when we part with it.
    """

    def __init__(
        self,
        session: LiveSession,
        channel: int,
        opposite: tuple[str, bytes],
        uplink: int,
        oldest: int,
        now: Callable[[], float],
        preferred: bool,
        left: Callable[[], None] = lambda: None,
    ) -> None:
        self.address, self.id = opposite
        self.preferred = preferred
        self.uplink = uplink
        self.oldest = oldest
        self.channel = channel
        self._session = session
        self._now = now
        self._left = left

    def tell_slice(self, head: bytes, leaves: bytes) -> None:
        """See `ILiveNeighbour`."""
        self._say(SliceSaid(head, leaves))

    def subscribe(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(Sub(mask))

    def give(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(Given(mask))

    def unsubscribe(self, mask: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(Unsub(mask))

    def tell_leaves(self, mode: int, ranges: Sequence[tuple[int, int]]) -> None:
        """See `ILiveNeighbour`."""
        self._say(Leaves(mode, tuple(ranges)))

    def ask(self, number: int, within_ms: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(AskLeaf(number, within_ms))

    def cancel(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(CancelledLeaf(number))

    def push(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        self._session.push(self.channel, number)

    def serve(self, number: int, within_ms: int) -> None:
        """See `ILiveNeighbour`."""
        now = self._now()
        self._session.serve(self.channel, number, now + within_ms / 1000, now)

    def withdraw(self, number: int) -> None:
        """See `ILiveNeighbour`."""
        self._session.withdraw(self.channel, number)

    def turn_down(self, number: int, busy: bool) -> None:
        """See `ILiveNeighbour`."""
        self._say(NoLeaf(number, Code.BUSY if busy else Code.GONE))

    def ask_slices(self, first: int, count: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(AskSlices(first, count))

    def end_slices(self, first: int, code: int) -> None:
        """See `ILiveNeighbour`."""
        self._say(NoSlices(first, code))

    def leave(self, code: int) -> None:
        """See `ILiveNeighbour`."""
        self._session.leave(self.channel, code)
        self._left()

    def _say(self, message: Message) -> None:
        self._session.say(self.channel, message, self._now())
