"""A broadcast as it is read by whoever watches it here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from p2pstream.content.ranges import Ranges, check_range
from p2pstream.content.signed.heads import split_number
from p2pstream.interfaces import IArriving, ICursor, IWatched
from p2pstream.live.relay import Relay

__all__ = ["Aired", "FromEdge"]


@implementer(IWatched)
class Aired:
    """All of it that can be had, with what a viewer's part in it knows; see `IWatched`.

    :param clock: monotonic.
    """

    seekable = True

    def __init__(self, relay: Relay, clock: Any) -> None:
        self._relay = relay
        self._data = relay.data
        self._clock = clock

    @property
    def length(self) -> int | None:
        """See `IWatched`."""
        return self._data.length

    @property
    def have(self) -> Ranges:
        """See `IWatched`."""
        return self._data.have

    @property
    def complete(self) -> bool:
        """See `IWatched`."""
        return self._data.complete

    @property
    def start(self) -> int:
        """See `IWatched`: as old as what anybody has, and no older than the window."""
        places = [start for start, _ in self._data.have][:1]
        for neighbour in self._relay.neighbours.all():
            position = self._data.timeline.position(*split_number(neighbour.oldest))
            if neighbour.oldest and position is not None:
                places.append(position)
        begin = self._relay.start_position
        oldest = min(places) if places else begin if begin is not None else self._data.edge
        return max(self._data.start, oldest)

    @property
    def edge(self) -> int:
        """See `IWatched`."""
        return self._data.edge

    @property
    def newest_ms(self) -> int | None:
        """See `IWatched`."""
        return self._data.newest_ms

    @property
    def raps(self) -> Sequence[tuple[int, int]]:
        """See `IWatched`."""
        return self._data.raps

    @property
    def breaks(self) -> Sequence[int]:
        """See `IWatched`."""
        return self._data.breaks

    @property
    def delay_s(self) -> float:
        """See `IWatched`."""
        return self._relay.playout.delay_s

    def when_tuned(self) -> Deferred[int]:
        """See `IWatched`."""
        return self._relay.when_tuned()

    def ago(self, captured_ms: float) -> float | None:
        """See `IWatched`."""
        offset = self._relay.playout.offset
        return None if offset is None else self._clock.seconds() - offset - captured_ms / 1000

    def quiet_s(self) -> float:
        """See `IWatched`."""
        return self._relay.playout.quiet_s(self._clock.seconds())

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IWatched`."""
        return self._data.observe(changed)

    def cursor(self, position: int, kind: str) -> ICursor:
        """See `IWatched`."""
        return self._data.cursor(position, kind)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IWatched`."""
        return self._data.read_to(consumer, start, stop)


@implementer(IArriving)
class FromEdge:
    """A broadcast as it is read from where it is joined on: that is its byte 0.

    Who can make use of all of it asks it for an `IWatched`.
    """

    seekable = False

    def __init__(self, relay: Relay, clock: Any) -> None:
        self._relay = relay
        self._data = relay.data
        self._aired = Aired(relay, clock)

    def __conform__(self, interface: object) -> Aired | None:
        """Zope: the same as something else."""
        return self._aired if interface is IWatched else None

    @property
    def length(self) -> int | None:
        """How many bytes there are from there on; None while it runs."""
        whole, begin = self._data.length, self._relay.start_position
        return None if whole is None or begin is None else whole - begin

    @property
    def have(self) -> Ranges:
        """See `IArriving`."""
        begin = self._relay.start_position
        return Ranges() if begin is None else self._data.have.since(begin)

    @property
    def complete(self) -> bool:
        """See `IArriving`."""
        return self.length is not None and self.have.covers(0, self.length)

    def observe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `IArriving`."""
        return self._data.observe(changed)

    def cursor(self, position: int, kind: str) -> ICursor:
        """See `IArriving`."""
        return self._data.cursor((self._relay.start_position or 0) + position, kind)

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`; waits until it is known where to begin."""
        check_range(start, stop, None)

        def read(begin: int) -> Deferred[int]:
            return self._data.read_to(consumer, begin + start, None if stop is None else begin + stop)

        return self._relay.when_tuned().addCallback(read)
