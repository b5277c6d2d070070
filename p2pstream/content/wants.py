"""What a client asks a connection for."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.content.keys import FileKey

__all__ = ["Sources", "Stream", "Units", "Want"]


@dataclass(frozen=True)
class Stream:
    """The bytes of the stream of this name, from a peer."""

    name: str


@dataclass(frozen=True)
class Sources:
    """The addresses of the peers that have the stream of this name, from a central."""

    name: str


@dataclass(frozen=True)
class Units:
    """Units of the stream with this key, from a peer, and their proofs."""

    key: FileKey
    #: It is known to have all of it: it may be asked before it said so.
    seed: bool = False
    #: The id that the peer must have; None when none is known.
    id: bytes | None = None


Want = Stream | Sources | Units
