"""Seams of broadcasts: what is fed in, who takes part, and who brings neighbours together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IConsumer
from zope.interface import Attribute, Interface

from p2pstream.interfaces.bytes import IArriving

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from p2pstream.content.hls import Segments
    from p2pstream.content.keys import FileKey, LiveKey

__all__ = [
    "IBroadcast",
    "IBroadcastData",
    "ILiveData",
    "ILiveNeighbour",
    "ILiveParty",
    "ILiveStreams",
    "IWatched",
]

Ranges = Sequence[tuple[int, int]]


class IBroadcast(IConsumer):
    """Where a broadcast is fed in: bytes, in order, as fast as they are captured.

    ``write`` is `put` of bytes of which nothing is known.  Its producer is paused while the
    disk is behind.  Slices are signed and sent by themselves, ten times a second.
    """

    bitrate: float = Attribute("""Bits a second that were fed in lately.""")

    def put(
        content: bytes,
        rap: bool = False,
        discontinuity: bool = False,
        captured_ms: int | None = None,
        clock_s: float | None = None,
    ) -> None:
        """Bytes follow.

        :param rap: somebody may begin to watch at the first of them.
        :param discontinuity: timestamps do not go on from the bytes before.
        :param captured_ms: when the first of them was captured, unix ms; left out, now.
        :param clock_s: what the stream's own clock says there, which may begin anew where it is
            discontinuous; left out, when it was captured.
        """

    def end() -> Deferred[FileKey]:
        """It is over: what was broadcast is a film.

        :returns: fires with its key, when all is durable; fails with `errors.StorageError`.
        """

    def stop() -> Deferred[None]:
        """Whoever broadcasts goes, and may come back and go on; harmless when done twice."""


class IBroadcastData(IArriving):
    """A broadcast as it is read: it grows at one end, and is forgotten at the other.

    Bytes are counted over all of it, whenever one joined.  A read that begins, or falls,
    behind `start` fails with `errors.Gone`.  `length` is None until it has ended.  Times are
    unix ms by the source's clock, which is nobody else's.
    """

    start: int = Attribute("""Where the oldest byte is that can be read.""")
    edge: int = Attribute("""Where the newest slice ends, all of which need not be here.""")
    newest_ms: int | None = Attribute("""When the end of that was captured; None before the first.""")
    raps: Sequence[tuple[int, int]] = Attribute(
        """Where one may begin to watch, as far as is known, oldest first: byte, and when it was captured."""
    )
    breaks: Sequence[int] = Attribute(
        """The bytes from which timestamps do not go on from those before, oldest first."""
    )


class ILiveData(IBroadcastData):
    """What is here of a broadcast, for those who give it on."""

    key: LiveKey = Attribute("""The broadcast.""")
    segments: Segments = Attribute("""Those that are known, for players of HTTP.""")

    def settled(start: int, stop: int) -> bool:
        """Whether nothing of ``[start, stop)`` is waited for: it is here, or was given up."""


class IWatched(IBroadcastData):
    """A broadcast as a person watches it: what is not here, from `start` on, is fetched when it is read."""

    delay_s: float = Attribute("""From captured to shown, as whoever watches wishes it.""")

    def when_tuned() -> Deferred[int]:
        """Fires with the byte at which whoever joins begins to watch."""

    def ago(captured_ms: float) -> float | None:
        """How many seconds ago that was captured, or fewer: by the quickest way that anything came.

        None before anything was heard.
        """

    def quiet_s() -> float:
        """For how many seconds nothing was heard of the source, which says something each second."""


class ILiveNeighbour(Interface):
    """Another who takes part in the same broadcast.  Nothing is said to one that is lost.

    Leaves are called by their numbers (`content.signed.heads.leaf_number`).
    """

    address: str = Attribute("""Who it is, for people.""")
    id: bytes = Attribute("""Its id; empty where it has none.""")
    preferred: bool = Attribute(
        """Whether both keep this one of two links that each of them dialled: the smaller id did."""
    )
    uplink: int = Attribute("""kbit/s that it says it can give on.""")
    oldest: int = Attribute("""The oldest leaf that it had when it came.""")

    def tell_slice(head: bytes, leaves: bytes) -> None:
        """Tell it of a slice."""

    def subscribe(mask: int) -> None:
        """Ask for sub-streams, and for heads."""

    def give(mask: int) -> None:
        """Answer that."""

    def unsubscribe(mask: int) -> None:
        """These are not to be pushed any more, or are not any more."""

    def tell_leaves(mode: int, ranges: Ranges) -> None:
        """Tell what is here (0), on its way here (1), or here no more (2)."""

    def ask(number: int, within_ms: int) -> None:
        """Ask for a leaf."""

    def cancel(number: int) -> None:
        """It is not wanted any more."""

    def push(number: int) -> None:
        """Send a leaf that it did not ask for."""

    def serve(number: int, within_ms: int) -> None:
        """Send one that it asked for."""

    def withdraw(number: int) -> None:
        """Do not send a leaf that was to be pushed."""

    def turn_down(number: int, busy: bool) -> None:
        """Do not send one that it asked for."""

    def ask_slices(first: int, count: int) -> None:
        """Ask for the slices of these leaves."""

    def end_slices(first: int, code: int) -> None:
        """All slices that it asked for were told, or cannot be."""

    def leave(code: int) -> None:
        """Part with it; `ILiveParty.lost` is not called."""


class ILiveParty(Interface):
    """Who takes part in one broadcast here.  The methods must not raise, nor block.

    What a neighbour says was checked for its form alone.
    """

    key: LiveKey = Attribute("""The broadcast.""")
    data: ILiveData = Attribute("""What is here of it.""")
    uplink: int = Attribute("""kbit/s that we say we can give on; 0: nothing.""")
    oldest: int = Attribute("""The oldest leaf that is here, by its number; 0 without any.""")

    def met(neighbour: ILiveNeighbour) -> None:
        """One more, from now on."""

    def lost(neighbour: ILiveNeighbour, code: int) -> None:
        """It is gone, or wants no more."""

    def heard_slice(neighbour: ILiveNeighbour, head: bytes, leaves: bytes) -> None:
        """It tells of a slice."""

    def subscribed(neighbour: ILiveNeighbour, mask: int) -> None:
        """It asks for sub-streams."""

    def given(neighbour: ILiveNeighbour, mask: int) -> None:
        """It says which it pushes from now on."""

    def unsubscribed(neighbour: ILiveNeighbour, mask: int) -> None:
        """It takes these no more, or pushes them no more."""

    def told_leaves(neighbour: ILiveNeighbour, mode: int, ranges: Ranges) -> None:
        """As `ILiveNeighbour.tell_leaves`."""

    def asked(neighbour: ILiveNeighbour, number: int, within_ms: int) -> None:
        """It asks for a leaf; to be answered by `serve` or `turn_down`."""

    def turned_down(neighbour: ILiveNeighbour, number: int, busy: bool) -> None:
        """It does not send a leaf that it was asked for."""

    def came(neighbour: ILiveNeighbour, number: int, content: bytes) -> None:
        """It sent a leaf."""

    def asked_slices(neighbour: ILiveNeighbour, first: int, count: int) -> None:
        """It asks for slices; to be answered by each `tell_slice`, then by `end_slices`."""

    def ended_slices(neighbour: ILiveNeighbour, first: int, code: int) -> None:
        """It tells no more of the slices that it was asked for."""

    def leaf(number: int) -> bytes | None:
        """The bytes of a leaf that is sent now; None if it is not at hand."""


class ILiveStreams(Interface):
    """The broadcasts in which a node takes part."""

    def party(key: LiveKey) -> ILiveParty | None:
        """Ours in that one; None: we take no part."""
