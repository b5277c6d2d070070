"""What a client asks a connection for."""

from __future__ import annotations

from p2pstream.content.keys import FileKey
from p2pstream.values import value

__all__ = ["Sources", "Stream", "Units", "Want", "WebUnits"]


@value
class Stream:
    """The bytes of the stream of this name, from a peer."""

    name: str


@value
class Sources:
    """The addresses of the peers that have the stream of this name, from a central."""

    name: str


@value
class Units:
    """Units of the stream with this key, from a peer, and their proofs."""

    key: FileKey
    #: It is known to have all of it: it may be asked before it said so.
    seed: bool = False
    #: The id that the peer must have; None when none is known.
    id: bytes | None = None


@value
class WebUnits:
    """Units of the stream with this key, from a web server that has its bytes at this address."""

    key: FileKey
    #: ``http://`` or ``https://``, in ASCII.
    url: str


Want = Stream | Sources | Units | WebUnits
