"""What a central tells: who has a stream, and which names there are.  Values."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from p2pstream.content.addresses import Address
from p2pstream.content.keys import Key
from p2pstream.values import value

if TYPE_CHECKING:
    from p2pstream.content.signed.records import Record

__all__ = [
    "ALL",
    "CLASSIC",
    "HTTP",
    "NATIVE",
    "REACHABLE",
    "TLS",
    "Lease",
    "ListedName",
    "ListedPage",
    "ListedPeer",
    "Standing",
    "part_of",
]

#: What a peer speaks, as bits.  CLASSIC: the ancestor's protocol, on port 2050.
CLASSIC, NATIVE, TLS, HTTP = 1, 2, 4, 8
#: The central dialled it, and it proved its id.
REACHABLE = 128

#: ``have`` of a peer that has everything.
ALL = 255


def part_of(here: int, units: int) -> int:
    """``have`` of a peer that has so many of so many units, not none: `ALL` is all, and nothing less."""
    return ALL if here == units else min(ALL - 1, max(1, ALL * here // units))


class Standing(IntEnum):
    """Whose a name is, as this central sees it."""

    OWNER = 0
    OTHER = 1
    #: Somebody wrote it into the central's mapping file; nobody signed it.
    MAPPED = 2


@value
class ListedPeer:
    """A peer that says it has a stream, at the address from which it said so."""

    address: Address
    #: Its public key; zeros when it is not known, as of a mapped peer.
    id: bytes = bytes(32)
    #: What it speaks: `CLASSIC` and so on, and `REACHABLE`.
    flags: int = 0
    #: How much of the stream, in 255ths.
    have: int = ALL
    #: How busy it is, in 255ths; its uplink in kbit/s, 0 when it is not known.
    load: int = 0
    uplink: int = 0

    @property
    def is_seed(self) -> bool:
        """Whether it has everything."""
        return self.have == ALL


@value
class Lease:
    """What a central answers to a claim to have streams."""

    #: Seconds after which it wants to be told again.
    interval_s: float
    #: Where it sees us, with the port that it dials.
    observed: Address | None = None
    #: Whether it could dial us; None while it has not tried.
    reachable: bool | None = None
    #: How many of the claims it took.
    taken: int = 0


@value
class ListedName:
    """One stream of a name: two that differ are two of these."""

    name: str
    standing: Standing
    #: None of a mapped name: nothing proves its bytes.
    key: Key | None = None
    #: The signed record, checked; None of a mapped name.
    record: Record | None = None
    seeds: int = 0
    sources: int = 0
    #: Some of those who have it, best first; empty in a list.
    peers: tuple[ListedPeer, ...] = ()


@value
class ListedPage:
    """A part of a list, in the order of names."""

    names: tuple[ListedName, ...]
    #: What to ask for the next part with; empty at the end.
    after: bytes = b""
