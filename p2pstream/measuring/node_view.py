"""What views of every node have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from twisted.internet.interfaces import IReactorTime

from p2pstream import __version__
from p2pstream.content.keys import to_base32
from p2pstream.content.shown import Measured, NodeSnapshot, ShownTransfer, Topic, TrafficTotal
from p2pstream.measuring.instruments import Instruments
from p2pstream.measuring.process import cpu_seconds, memory_peak_bytes
from p2pstream.measuring.topics import TopicObservers

__all__ = ["NodeView"]


class NodeView:
    """A part of an `INodeView`; roles say what they have beyond that.

    :param id: the node's public key.
    :param address: where others find it; empty before it listens.
    :param connections: how many there are on its port, and how many of them say nothing yet.
    """

    #: Of a node: "central" or "peer".
    role: str

    def __init__(
        self,
        clock: IReactorTime,
        instruments: Instruments,
        id: bytes,
        address: Callable[[], str],
        connections: Callable[[], tuple[int, int]],
    ) -> None:
        self._clock = clock
        self._instruments = instruments
        self._id = to_base32(id)
        self._address = address
        self._connections = connections
        self._began = clock.seconds()
        self._observers = TopicObservers(clock)
        instruments.traffic.turned = lambda: self._observers.changed(Topic.TRANSFERS)

    def node(self) -> NodeSnapshot:
        """See `INodeView`."""
        connections, undecided = self._connections()
        return NodeSnapshot(
            self.role,
            __version__,
            self._id,
            self._address(),
            self._clock.seconds() - self._began,
            tuple(self._awaited()),
            tuple(self._troubles()),
            connections,
            undecided,
        )

    def transfers(self, most: int) -> Sequence[ShownTransfer]:
        """See `INodeView`."""
        return self._instruments.traffic.shown(most)

    def totals(self) -> Sequence[TrafficTotal]:
        """See `INodeView`."""
        return self._instruments.traffic.totals()

    def measures(self) -> Sequence[Measured]:
        """See `INodeView`."""
        return [*self._common(), *self._moved(), *self._own()]

    def observe(self, changed: Callable[[Topic], None]) -> Callable[[], None]:
        """See `INodeView`."""
        return self._observers.observe(changed)

    def _awaited(self) -> Iterator[str]:
        """What is still to be done before it serves."""
        yield from ()

    def _troubles(self) -> Iterator[str]:
        """What it cannot do now although it should."""
        yield from ()

    def _own(self) -> Iterator[Measured]:
        """What nodes of its role measure beyond what all do."""
        yield from ()

    def _common(self) -> Iterator[Measured]:
        node, metrics = self.node(), self._instruments.metrics
        yield Measured("p2pstream_info", 1.0, (node.version, node.role))
        yield Measured("p2pstream_ready", float(node.ready))
        yield Measured("p2pstream_troubles", float(len(node.troubles)))
        yield Measured("p2pstream_uptime_seconds", node.uptime_s)
        yield Measured("p2pstream_cpu_seconds_total", cpu_seconds())
        if (most := memory_peak_bytes()) is not None:
            yield Measured("p2pstream_memory_peak_bytes", float(most))
        yield from metrics.spreads(["p2pstream_reactor_lag_seconds"])
        yield Measured("p2pstream_connections", float(node.connections))
        yield Measured("p2pstream_connections_undecided", float(node.undecided))
        yield from metrics.counted("p2pstream_events_total")

    def _moved(self) -> Iterator[Measured]:
        totals = self.totals()
        ways = {total: (total.protocol, total.direction.value) for total in totals}
        for metric, of in (
            ("p2pstream_traffic_bytes_total", lambda total: total.moved),
            ("p2pstream_transfers", lambda total: total.open),
            ("p2pstream_transfers_total", lambda total: total.begun),
        ):
            yield from (Measured(metric, float(of(total)), ways[total]) for total in totals)
