"""The one list of everything that is measured while p2pstream runs.  Pure.

``GET /metrics`` of a node writes it as Prometheus reads it.  Names, labels and units keep
their meaning; metrics may be added.  Every label has a bounded set of values: nothing that
a stranger sends becomes one.
"""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["BOUNDS", "METRICS", "MetricKind"]


@value
class MetricKind:
    """One metric: what it is to Prometheus, what it says, and its labels."""

    #: "counter", "gauge" or "histogram".
    kind: str
    meaning: str
    labels: tuple[str, ...] = ()
    #: The roles whose nodes have it; empty: all.
    roles: tuple[str, ...] = ()


_PEER, _CENTRAL = ("peer",), ("central",)

METRICS: dict[str, MetricKind] = {
    # every node
    "p2pstream_info": MetricKind("gauge", "1; what runs here", ("version", "role")),
    "p2pstream_ready": MetricKind("gauge", "1 when it serves, else 0"),
    "p2pstream_troubles": MetricKind("gauge", "what it cannot do now although it should"),
    "p2pstream_uptime_seconds": MetricKind("gauge", "since it was started"),
    "p2pstream_cpu_seconds_total": MetricKind("counter", "processor time of the process, all its threads"),
    "p2pstream_memory_peak_bytes": MetricKind("gauge", "the most memory that the process ever had"),
    "p2pstream_reactor_lag_seconds": MetricKind(
        "histogram", "how much later than asked for the reactor ran a timer; beyond 0.1 something blocks it"
    ),
    "p2pstream_connections": MetricKind("gauge", "on the listening port"),
    "p2pstream_connections_undecided": MetricKind("gauge", "of them, those that have said nothing yet"),
    "p2pstream_events_total": MetricKind("counter", "what happened, by its name in docs/events", ("event",)),
    "p2pstream_traffic_bytes_total": MetricKind(
        "counter", "bytes of streams that moved", ("protocol", "direction")
    ),
    "p2pstream_transfers": MetricKind("gauge", "streams on their way now", ("protocol", "direction")),
    "p2pstream_transfers_total": MetricKind("counter", "transfers that began", ("protocol", "direction")),
    # peer
    "p2pstream_folders": MetricKind("gauge", "folders that are shared", roles=_PEER),
    "p2pstream_folders_troubled": MetricKind("gauge", "of them, those that cannot be read now", roles=_PEER),
    "p2pstream_shares": MetricKind("gauge", "streams that are shared", roles=_PEER),
    "p2pstream_share_bytes": MetricKind("gauge", "their bytes", roles=_PEER),
    "p2pstream_hash_queue_files": MetricKind("gauge", "files whose key is not known yet", roles=_PEER),
    "p2pstream_hash_queue_bytes": MetricKind("gauge", "bytes still to be read for that", roles=_PEER),
    "p2pstream_centrals": MetricKind("gauge", "centrals to be listed at", ("state",), _PEER),
    "p2pstream_fetches": MetricKind("gauge", "streams that are fetched for the user's programs", roles=_PEER),
    "p2pstream_startup_seconds": MetricKind(
        "histogram", "from when a stream is wanted until the first byte of it is here", roles=_PEER
    ),
    "p2pstream_stalls_total": MetricKind("counter", "times that a reader stood still", roles=_PEER),
    "p2pstream_stall_seconds_total": MetricKind("counter", "how long readers stood still", roles=_PEER),
    "p2pstream_unit_latency_seconds": MetricKind(
        "histogram", "from when a unit is asked of a source until it is proven", roles=_PEER
    ),
    "p2pstream_upload_limit_bytes": MetricKind("gauge", "bytes a second to send; 0: no limit", roles=_PEER),
    # central
    "p2pstream_requests_total": MetricKind(
        "counter", "what it is asked, by the name of the message", ("request",), _CENTRAL
    ),
    "p2pstream_names": MetricKind("gauge", "names that are listed", roles=_CENTRAL),
    "p2pstream_leases": MetricKind("gauge", "claims of peers to have a stream", roles=_CENTRAL),
    "p2pstream_peers": MetricKind("gauge", "peers that have leases", roles=_CENTRAL),
}

_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: 20 ms is what the reactor may be late by; it is looked at within that.
_LAGS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

#: Of each histogram the bounds that are told, in seconds.
BOUNDS: dict[str, tuple[float, ...]] = {
    name: _LAGS if name == "p2pstream_reactor_lag_seconds" else _TIMES
    for name, kind in METRICS.items()
    if kind.kind == "histogram"
}
