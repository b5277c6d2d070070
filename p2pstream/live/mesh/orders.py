"""What a mesh says is to be done.  Pure.

A mask has a bit for each sub-stream, the lowest for leaves whose numbers are multiples of 16.
"""

from __future__ import annotations

from typing import NamedTuple

from p2pstream.values import value

__all__ = [
    "Abandon",
    "CancelLeaf",
    "Give",
    "Order",
    "Push",
    "RequestLeaf",
    "Serve",
    "Subscribe",
    "TellHave",
    "TurnDown",
    "Unsubscribe",
]  # fmt: skip


class Subscribe(NamedTuple):
    """Ask a neighbour to push these sub-streams, beside those that it pushes already."""

    peer: int
    mask: int


class Unsubscribe(NamedTuple):
    """Have a neighbour push these no more; or tell one that it is not given them any more."""

    peer: int
    mask: int


class Give(NamedTuple):
    """Tell a neighbour which of the sub-streams that it asked for it is given."""

    peer: int
    mask: int


class Push(NamedTuple):
    """Send a leaf that nobody asked for."""

    peer: int
    number: int


class TellHave(NamedTuple):
    """Tell a neighbour that leaves are here; or, ``soon``, that they are on their way here."""

    peer: int
    numbers: tuple[int, ...]
    soon: bool = False


class RequestLeaf(NamedTuple):
    """Ask a neighbour for a leaf, which is of no use after so many ms."""

    peer: int
    number: int
    within_ms: int


class CancelLeaf(NamedTuple):
    """What a neighbour was asked for came from elsewhere, or is of no use any more."""

    peer: int
    number: int


class Serve(NamedTuple):
    """Send a leaf that was asked for, while it is of use."""

    peer: int
    number: int
    within_ms: int


class TurnDown(NamedTuple):
    """Tell a neighbour that a leaf is not sent: there is no room, or it is not here."""

    peer: int
    number: int
    busy: bool


@value
class Abandon:
    """A leaf does not come in time any more."""

    number: int


Order = (
    Subscribe | Unsubscribe | Give | Push | TellHave | RequestLeaf | CancelLeaf | Serve | TurnDown | Abandon
)
