"""What a central knows, as rows of its answers.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from p2pstream.central.leasing.peers import LeasingPeer
from p2pstream.codes import Code
from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.listed import ALL, CLASSIC, ListedPeer, Standing
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.fields import pack_ip
from p2pstream.protocols.central.messages import PeerRow, Row, Rows
from p2pstream.values import value

__all__ = ["KnownName", "cursor", "leased_row", "mapped_row", "page", "read_cursor"]

#: The head of a row, and of a count.
_ROW_BYTES = 16


@value
class KnownName:
    """A name as it is known: signed, or mapped to addresses."""

    fold: str
    #: That of its entry among those of its name; 0 of a mapped one, which comes first in lists.
    place: int
    standing: Standing
    #: The record; of a mapped name the name.
    said: bytes
    key: bytes
    addresses: tuple[Address, ...]
    seeds: int
    sources: int

    def row(self, peers: Iterable[PeerRow] = ()) -> Row:
        """As it is told."""
        return Row(self.standing, self.seeds, self.sources, self.said, tuple(peers))


def leased_row(peer: LeasingPeer, had: int) -> PeerRow:
    """A peer that has a lease, and how much it has, in 255ths."""
    address = peer.address
    ip = pack_ip(address.host)
    return PeerRow(peer.id, ip, address.port, peer.flags, had, peer.load, peer.uplink)


def mapped_row(address: Address) -> PeerRow:
    """A peer that the mapping names: classic, as far as anybody knows."""
    speaks = CLASSIC if address.port == PEER_PORT else 0
    return PeerRow.of(ListedPeer(address, flags=speaks, have=ALL))


def page(request: int, listings: list[KnownName], most: int, limits: Limits = LIMITS) -> Rows:
    """As many as fit one answer; the cursor says whether there may be more."""
    rows: list[Row] = []
    room = limits.central_page_bytes
    for listing in listings:
        room -= _ROW_BYTES + len(listing.said)
        if room < 0:
            break
        rows.append(listing.row())
    whole = len(rows) == len(listings) < most
    return Rows(request, tuple(rows), b"" if whole or not rows else cursor(listings[len(rows) - 1]))


def cursor(listing: KnownName) -> bytes:
    """What to ask for what comes behind it with."""
    return listing.place.to_bytes(8, "big") + listing.fold.encode("utf-8")


def read_cursor(raw: bytes) -> tuple[str, int] | None:
    """The fold and the place in a cursor, which came from a stranger.

    :raises PeerError: it is none.
    """
    if not raw:
        return None
    place = int.from_bytes(raw[:8], "big")
    try:
        folded = raw[8:].decode("utf-8")
    except UnicodeDecodeError:
        folded = ""
    if not folded or place >= 2**63:
        raise PeerError("a cursor is none of ours", Code.BAD_MESSAGE)
    return folded, place
