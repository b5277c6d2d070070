"""What a node shows of itself: values for pages, the API, metrics and overlays, never changed.

- `node`: of every node; `traffic`: who gives what to whom; `measured`: for metrics
- `peer`: folders, shares, what is being fetched, centrals, limits; `central`: the streams that are listed

Whatever strangers say is in them as they said it: who shows it escapes it.
"""

from p2pstream.content.shown.central import CatalogueCounts, ShownPeer, ShownStream, ShownStreams
from p2pstream.content.shown.measured import Distribution, Measured
from p2pstream.content.shown.node import NodeSnapshot, Topic
from p2pstream.content.shown.peer import (
    HashingSnapshot,
    ListedAt,
    PeerLimits,
    SharedFolder,
    ShownFetch,
    ShownShare,
    ShownShares,
)
from p2pstream.content.shown.traffic import Bearing, ShownPartner, ShownTransfer, TrafficTotal, partners

__all__ = [
    "Bearing",
    "CatalogueCounts",
    "Distribution",
    "HashingSnapshot",
    "ListedAt",
    "Measured",
    "NodeSnapshot",
    "PeerLimits",
    "SharedFolder",
    "ShownFetch",
    "ShownPartner",
    "ShownPeer",
    "ShownShare",
    "ShownShares",
    "ShownStream",
    "ShownStreams",
    "ShownTransfer",
    "Topic",
    "TrafficTotal",
    "partners",
]
