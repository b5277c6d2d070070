"""What every node shows.  Values."""

from __future__ import annotations

from enum import Enum

from p2pstream.values import value

__all__ = ["NodeSnapshot", "Topic"]


class Topic(Enum):
    """What of a node may be another thing than before; who wants to know how it is asks for it."""

    #: It is ready, or no longer.
    NODE = "node"
    FOLDERS = "folders"
    SHARES = "shares"
    #: Something is fetched that was not, or no longer.  Bytes move all the time: nobody is told.
    FETCHES = "fetches"
    TRANSFERS = "transfers"
    LIMITS = "limits"
    #: Where a peer is listed, and from where it can be reached.
    CENTRALS = "centrals"
    #: What a central lists.
    STREAMS = "streams"


@value
class NodeSnapshot:
    """Who and how a node is."""

    #: "central" or "peer".
    role: str
    #: Of p2pstream.
    version: str
    #: Its public key, as `content.keys.to_base32` writes it.
    id: str
    #: Where others find it, ``10.0.0.1:2050``; empty before it listens.
    address: str
    #: Seconds since it was started.
    uptime_s: float
    #: What is still to be done before it serves, each in words; nothing: it is ready.
    waiting_for: tuple[str, ...] = ()
    #: What it cannot do now although it should, each in words; it serves all the same.
    troubles: tuple[str, ...] = ()
    #: Connections on its port, and how many of them have not said yet what they want.
    connections: int = 0
    undecided: int = 0

    @property
    def ready(self) -> bool:
        """Whether it serves."""
        return not self.waiting_for
