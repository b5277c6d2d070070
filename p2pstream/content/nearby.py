"""A program of this network, as it says of itself: values that came from a stranger."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from p2pstream.content.addresses import Address

__all__ = ["Nearby", "NearbyRole"]


class NearbyRole(Enum):
    """What somebody says to be; the value is the word that is said."""

    CENTRAL = "central"
    PEER = "peer"


@dataclass(frozen=True, order=True)
class Nearby:
    """Somebody who says that a central or a peer is there."""

    #: What it is called, for people; printable already where it was heard.
    title: str
    address: Address
    role: NearbyRole = field(default=NearbyRole.CENTRAL, compare=False)
