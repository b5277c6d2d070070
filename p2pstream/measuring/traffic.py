"""Who gives what to whom, and how much in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zope.interface import implementer

from p2pstream.content.keys import Key, to_base32
from p2pstream.content.shown import Bearing, ShownTransfer, TrafficTotal
from p2pstream.interfaces import ITraffic

__all__ = ["Traffic"]

#: A rate is taken over at least so many seconds, where somebody looks as often as that.
_SPAN_S = 1.0


class Transfer:
    """One that is under way; calling it ends it."""

    __slots__ = (
        "_ended",
        "_mark",
        "_moved",
        "_rate",
        "address",
        "began",
        "id",
        "key",
        "name",
        "number",
        "way",
    )

    def __init__(
        self,
        number: int,
        way: tuple[str, Bearing],
        address: str,
        key: Key | None,
        name: str,
        id: Callable[[], bytes],
        moved: Callable[[], int],
        now: float,
        ended: Callable[[Transfer], None],
    ) -> None:
        self.number = number
        self.way = way
        self.address = address
        self.key = key
        self.name = name
        self.id = id
        self.began = now
        self._moved = moved
        self._ended: Callable[[Transfer], None] | None = ended
        self._mark = now, 0
        self._rate = 0.0

    def __call__(self) -> None:
        """It is over."""
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self)

    @property
    def moved(self) -> int:
        """Bytes so far."""
        return self._moved()

    def rate(self, now: float) -> float:
        """Bytes a second since somebody looked last, if that is long enough."""
        then, before = self._mark
        if now - then >= _SPAN_S:
            moved = self.moved
            self._rate, self._mark = (moved - before) / (now - then), (now, moved)
        return self._rate


@implementer(ITraffic)
class Traffic:
    """Those under way, and the sums of all that were.

    :param seconds: monotonic.
    :ivar called: what this node calls a key; set by whoever knows.
    :ivar turned: told that a transfer began or ended; set by whoever shows them.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self.called: Callable[[Key], str] = lambda key: ""
        self.turned: Callable[[], None] = lambda: None
        self._seconds = seconds
        self._number = 0
        self._open: dict[Transfer, None] = {}
        #: Of those that ended, bytes; and how many ever began.
        self._ended: dict[tuple[str, Bearing], int] = {}
        self._begun: dict[tuple[str, Bearing], int] = {}

    def begin(
        self,
        bearing: Bearing,
        protocol: str,
        address: str,
        moved: Callable[[], int],
        key: Key | None = None,
        name: str = "",
        id: Callable[[], bytes] = bytes,
    ) -> Callable[[], None]:
        """See `ITraffic`."""
        self._number += 1
        way = protocol, bearing
        transfer = Transfer(self._number, way, address, key, name, id, moved, self._seconds(), self._end)
        self._open[transfer] = None
        self._begun[way] = self._begun.get(way, 0) + 1
        self.turned()
        return transfer

    def shown(self, most: int) -> Sequence[ShownTransfer]:
        """See `INodeView.transfers`; one of which nothing has moved yet is none."""
        now = self._seconds()
        moving: list[Transfer] = []
        for transfer in reversed(self._open):
            if len(moving) >= most:
                break
            if transfer.moved:
                moving.append(transfer)
        return [self._show(transfer, now) for transfer in reversed(moving)]

    def totals(self) -> Sequence[TrafficTotal]:
        """See `INodeView.totals`."""
        moved = dict(self._ended)
        still: dict[tuple[str, Bearing], int] = {}
        for transfer in self._open:
            moved[transfer.way] = moved.get(transfer.way, 0) + transfer.moved
            still[transfer.way] = still.get(transfer.way, 0) + 1
        return [
            TrafficTotal(*way, moved.get(way, 0), begun, still.get(way, 0))
            for way, begun in self._begun.items()
        ]

    def _show(self, transfer: Transfer, now: float) -> ShownTransfer:
        protocol, bearing = transfer.way
        key, id = transfer.key, transfer.id()
        return ShownTransfer(
            transfer.number,
            bearing,
            protocol,
            key.text if key is not None else "",
            transfer.name or (self.called(key) if key is not None else ""),
            transfer.address,
            to_base32(id) if id else "",
            transfer.moved,
            transfer.rate(now),
            now - transfer.began,
        )

    def _end(self, transfer: Transfer) -> None:
        del self._open[transfer]
        self._ended[transfer.way] = self._ended.get(transfer.way, 0) + transfer.moved
        self.turned()
