"""Leases as bytes, so that a restart does not empty the swarms.  Pure.

``since u64 | leases u32 | (peer u32, have u8, left u16, key)* | peers u32 | (number u32,
peer row)*``: ``since`` is unix milliseconds, ``left`` the seconds until the lease ends,
and a peer row is id 32, ip 16, port u16, flags u8, load u8, uplink u32.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct, error

from p2pstream.central.leasing import holders
from p2pstream.central.leasing.leases import Leases, Presence
from p2pstream.central.leasing.peers import LeasingPeer
from p2pstream.content.addresses import Address
from p2pstream.content.keys import key_bytes
from p2pstream.errors import P2PStreamError
from p2pstream.protocols.central.fields import pack_ip, unpack_ip

__all__ = ["BadSnapshot", "restore", "snapshot"]

_HEAD, _COUNT, _LEASE = Struct(">Q"), Struct(">I"), Struct(">IBH")
_PEER = Struct(">I32s16sHBBI")
#: How many leases are packed in one step: a millisecond.
_STEP = 1000


class BadSnapshot(ValueError):
    """These bytes are no snapshot."""


def snapshot(leases: Leases, now: float, unix_ms: int) -> Iterator[bytes]:
    """The pieces of a snapshot; between two of them the leases may change.

    What changed meanwhile may be in it or not; each lease that is in it was true.
    """
    # A peer's number may be another's by the end; what it is known by here is not.
    present: dict[LeasingPeer, int] = {}
    packed: list[bytes] = []
    rows: list[bytes] = []
    count = 0
    for key in leases.holders:
        for number, lease in leases.holders.of(key):
            place = present.setdefault(leases.peers[number], len(present))
            rows.append(_lease(key, place, lease, now))
        if len(rows) >= _STEP:
            packed.append(b"".join(rows))
            count += len(rows)
            rows.clear()
            yield b""
    yield _HEAD.pack(unix_ms) + _COUNT.pack(count + len(rows))
    yield from packed
    yield b"".join(rows)
    yield _COUNT.pack(len(present))
    for peer, place in present.items():
        yield _peer(peer, place)
        if place % _STEP == 0:
            yield b""


def restore(leases: Leases, raw: bytes, now: float, unix_ms: int) -> int:
    """Take in what a snapshot says, less the time since; how many leases there are then.

    :raises BadSnapshot: it is not whole, or none; nothing was taken in then.
    """
    try:
        since, offers, peers = _parsed(raw)
    except (error, IndexError, ValueError, P2PStreamError) as fault:
        raise BadSnapshot(str(fault)) from fault
    away = max(0.0, (unix_ms - since) / 1000)
    for (number, left), those in offers.items():
        if left > away:
            leases.restore(peers[number], those, now + left - away)
    return len(leases)


#: By a peer's number, and the seconds that are left: keys, and how much of each there is.
_Offers = dict[tuple[int, int], list[tuple[bytes, int]]]


def _parsed(raw: bytes) -> tuple[int, _Offers, dict[int, Presence]]:
    (since,), (count,) = _HEAD.unpack_from(raw), _COUNT.unpack_from(raw, _HEAD.size)
    at = _HEAD.size + _COUNT.size
    offers: _Offers = {}
    before = b""
    for _ in range(count):
        number, had, left = _LEASE.unpack_from(raw, at)
        start = at + _LEASE.size
        at = start + key_bytes(raw[start])
        # The leases of one key follow each other, and share it in memory; what is sealed
        # as this is was a key when it was packed.
        if raw[start:at] != before:
            before = raw[start:at]
        if (number, left) in offers:
            offers[number, left].append((before, had))
        else:
            offers[number, left] = [(before, had)]
    (count,) = _COUNT.unpack_from(raw, at)
    at += _COUNT.size
    peers = {}
    for _ in range(count):
        number, id, ip, port, flags, load, uplink = _PEER.unpack_from(raw, at)
        at += _PEER.size
        peers[number] = Presence(id, Address(unpack_ip(ip), port), flags, load, uplink)
    if at != len(raw):
        raise BadSnapshot("something stands behind its end")
    if any(number not in peers for number, _ in offers):
        raise BadSnapshot("a lease is nobody's")
    return since, offers, peers


def _lease(key: bytes, number: int, lease: int, now: float) -> bytes:
    left = min(65535, max(0, holders.due(lease) - int(now)))
    return _LEASE.pack(number, holders.have(lease), left) + key


def _peer(peer: LeasingPeer, place: int) -> bytes:
    ip, port = pack_ip(peer.address.host), peer.address.port
    return _PEER.pack(place, peer.id, ip, port, peer.flags, peer.load, peer.uplink)
