"""What a central shows.  Values."""

from __future__ import annotations

from p2pstream.content.listed import Standing
from p2pstream.values import value

__all__ = ["CatalogueCounts", "ShownPeer", "ShownStream", "ShownStreams"]


@value
class CatalogueCounts:
    """How much a central knows."""

    names: int = 0
    leases: int = 0
    #: Those who have leases.
    peers: int = 0


@value
class ShownPeer:
    """Somebody who has a stream, where the one who asks may reach them."""

    #: ``10.0.0.1:2050``.
    address: str
    #: Its public key, as `content.keys.to_base32` writes it; empty where it is not known.
    id: str = ""
    #: Whether it has everything; whether it serves HTTP on that address; whether the central could dial it.
    seed: bool = True
    http: bool = False
    reachable: bool = False
    #: Whether it is connected to the central now.
    here: bool = False


@value
class ShownStream:
    """A name that a central lists: two streams of one name are two of these."""

    name: str
    standing: Standing
    #: The text of its key; empty where nothing proves its bytes.
    key: str = ""
    #: Bytes in all; None while unknown, and of a broadcast.
    length: int | None = None
    #: Seconds; None while unknown.
    duration_s: float | None = None
    #: Its media type; empty where nobody said.
    type: str = ""
    #: Whether it is a broadcast that goes on.
    live: bool = False
    #: The text of the key of its pictures (a small stream of their own); empty where it has none.
    pictures: str = ""
    #: How many have everything, and how many have a part: those watch it, or fetch it.
    seeds: int = 0
    viewers: int = 0
    #: The public key that signed for it, as `content.keys.to_base32` writes it; empty where nobody did.
    publisher: str = ""
    #: Unix milliseconds at which it was signed; 0 where it was not.
    signed_ms: int = 0
    #: Words that its publisher put to it.
    tags: tuple[str, ...] = ()
    #: Some of those who have it, best first; empty in a list.
    peers: tuple[ShownPeer, ...] = ()


@value
class ShownStreams:
    """A part of a list, in the order of names."""

    streams: tuple[ShownStream, ...]
    #: What to ask for the next part with; empty at the end.
    after: str = ""
