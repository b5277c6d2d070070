"""Who gives what to whom.  Values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from p2pstream.values import value

__all__ = ["Bearing", "ShownPartner", "ShownTransfer", "TrafficTotal", "partners"]


class Bearing(Enum):
    """Which way bytes of streams go."""

    IN = "in"
    OUT = "out"


@value
class ShownTransfer:
    """One stream on its way from or to one other."""

    #: Not used again while this node runs.
    number: int
    direction: Bearing
    #: The name of the wire protocol: "native".
    protocol: str
    #: The text of the stream's key; empty where it has none.
    key: str
    #: What it is called here; empty where nobody knows.
    name: str
    #: The other one, as people write it: ``10.0.0.1:2050``.
    address: str
    #: Its public key, as `content.keys.to_base32` writes it; empty where it proved none.
    id: str = ""
    #: Bytes that moved so far; bytes a second over the last seconds.
    moved: int = 0
    rate: float = 0.0
    #: Seconds since it began.
    age_s: float = 0.0


@value
class TrafficTotal:
    """All bytes of streams that moved since a node was started, of one protocol and direction."""

    protocol: str
    direction: Bearing
    moved: int = 0
    #: How many transfers began, and how many of them have not ended.
    begun: int = 0
    open: int = 0


@value
class ShownPartner:
    """Somebody from or to whom streams are on their way now."""

    #: As in `ShownTransfer`; of several connections of one who proved an id, the newest.
    address: str
    id: str = ""
    transfers: int = 0
    #: Bytes of those transfers so far, and bytes a second.
    received: int = 0
    sent: int = 0
    receiving: float = 0.0
    sending: float = 0.0


def partners(transfers: Iterable[ShownTransfer]) -> list[ShownPartner]:
    """Whoever is at the other end of these, in the order in which they came first."""
    of: dict[str, list[ShownTransfer]] = {}
    for transfer in transfers:
        of.setdefault(transfer.id or transfer.address, []).append(transfer)
    return [_partner(each) for each in of.values()]


def _partner(transfers: list[ShownTransfer]) -> ShownPartner:
    taken = [each for each in transfers if each.direction is Bearing.IN]
    given = [each for each in transfers if each.direction is Bearing.OUT]
    return ShownPartner(
        transfers[-1].address,
        transfers[-1].id,
        len(transfers),
        sum(each.moved for each in taken),
        sum(each.moved for each in given),
        sum(each.rate for each in taken),
        sum(each.rate for each in given),
    )
