"""Tickets: a central's word that it dialled a peer, and who had which stream there.

A ticket is a canonical dictionary (`content.bencode`)::

    at     where the central dialled: an IP address and a port, as `Address` writes them
    c      the central's id                  k    the key of the stream
    exp    unix ms: until when it counts     id   the peer's id, which it proved there
    sig    the central's signature over ``p2ps-ticket-1`` and all but sig

Whoever has one can show it to others: it says where a peer is, and makes nobody dial where
no peer is.  Whatever else is in a dictionary is signed, kept, and ignored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from p2pstream.codes import Code
from p2pstream.content.addresses import Address
from p2pstream.content.bencode import decode, encode
from p2pstream.content.keys import Key, decode_key
from p2pstream.content.signing import SIGNATURE_BYTES, Identity, check_id, verify
from p2pstream.errors import BadAddress, BadKey, PeerError
from p2pstream.limits import LIMITS, Limits

__all__ = ["Ticket", "sign_ticket"]


@dataclass(frozen=True)
class Ticket:
    """A ticket as it was read: every field is what it may be; `check` says whether it was signed."""

    #: Where the peer was found; its host is an IP literal.
    address: Address
    #: The id of the central that signed it, and that of the peer.
    central: bytes
    id: bytes
    key: Key
    #: Unix milliseconds.
    exp: int
    #: As it is sent, signature included.
    raw: bytes = field(repr=False)

    @classmethod
    def decode(cls, raw: bytes) -> Ticket:
        """The ticket in ``raw``; its signature is not looked at yet.

        :raises PeerError: it is none.
        """
        written = _written(raw)
        exp = written.get(b"exp")
        if not isinstance(exp, int) or exp <= 0:
            raise _bad("its time is none")
        if len(_field(written, b"sig")) != SIGNATURE_BYTES:
            raise _bad("it has no signature")
        try:
            central, id = (check_id(_field(written, at)) for at in (b"c", b"id"))
            return cls(
                _address(_field(written, b"at")), central, id, decode_key(_field(written, b"k")), exp, raw
            )
        except BadKey as fault:
            raise _bad(str(fault)) from None

    def check(self) -> None:
        """See whether the central that it names signed it.

        :raises PeerError: somebody else made it.
        """
        written = _written(self.raw)
        signature = written.pop(b"sig")
        if not verify(self.central, "ticket", encode(written), signature):
            raise PeerError("a ticket was not signed by the central that it names", Code.BAD_SIGNATURE)

    def counts(self, key: Key, centrals: Collection[bytes], now_ms: int, limits: Limits = LIMITS) -> bool:
        """Whether it is about that stream, of one of these centrals, and neither old nor too far ahead."""
        latest = now_ms + (limits.ticket_life_s + limits.record_ahead_s) * 1000
        return self.key == key and self.central in centrals and now_ms < self.exp <= latest


def sign_ticket(
    central: Identity, id: bytes, address: Address, key: Key, now_ms: int, limits: Limits = LIMITS
) -> Ticket:
    """A new ticket of ours, as a central: ``id`` was proven at ``address``, and claims to have ``key``."""
    written: dict[bytes, Any] = {
        b"at": str(address).encode("ascii"),
        b"c": central.id,
        b"exp": now_ms + int(limits.ticket_life_s * 1000),
        b"id": id,
        b"k": key.encode(),
    }
    written[b"sig"] = central.sign("ticket", encode(written))
    return Ticket.decode(encode(written))


def _written(raw: bytes) -> dict[bytes, Any]:
    written = decode(raw, most_bytes=LIMITS.ticket_bytes)
    if not isinstance(written, dict):
        raise _bad("it is no dictionary")
    return written


def _field(written: dict[bytes, Any], at: bytes) -> bytes:
    value = written.get(at)
    if not isinstance(value, bytes):
        raise _bad(f"its “{at.decode()}” is not some bytes")
    return value


def _address(raw: bytes) -> Address:
    try:
        return Address.of_literal(raw)
    except BadAddress as fault:
        raise _bad(f"its address is none: {fault}") from None


def _bad(why: str) -> PeerError:
    return PeerError(f"a ticket is not what it may be: {why}", Code.BAD_MESSAGE)
