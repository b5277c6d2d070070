"""A central of this network, as it says of itself: values that came from a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.content.addresses import Address

__all__ = ["Nearby"]


@dataclass(frozen=True, order=True)
class Nearby:
    """Somebody who says that a central is there."""

    #: What it is called, for people; printable already where it was heard.
    title: str
    address: Address
