"""What a client asks a connection for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stream:
    """The bytes of the stream of this name, from a peer."""

    name: str


@dataclass(frozen=True)
class Sources:
    """The addresses of the peers that have the stream of this name, from a central."""

    name: str


Want = Stream | Sources
