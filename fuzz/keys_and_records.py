"""Keys, names, records and tickets: ``python fuzz/keys_and_records.py -max_total_time=10``.

The first byte says what the rest is tried as.
"""

from __future__ import annotations

from p2pstream.content import folding, keys, names, namespaces
from p2pstream.content.signed import record_fields, records, tickets
from p2pstream.errors import BadKey, BadName, BadRecord, P2PStreamError, PeerError

NOW_MS = 1_800_000_000_000


def key(received: bytes) -> None:
    """Bytes and text: the one spelling of a key, or none."""
    try:
        assert keys.decode_key(received).encode() == received
    except BadKey as fault:
        harmless(fault)
    text = received.decode("utf-8", "replace")
    try:
        assert keys.parse_key(text).text == text
    except BadKey as fault:
        harmless(fault)


def name(received: bytes) -> None:
    """A name, in a namespace or not, whose fold is stable; or none."""
    try:
        text = namespaces.decode_full_name(received)
    except BadName as fault:
        harmless(fault)
        return
    folded = folding.fold(text)
    assert folded and folding.fold(folded) == folded, text
    owner, last = namespaces.split_name(text)
    assert names.check_name(last) == last
    assert (owner is None) == ("/" not in text)


def record(received: bytes) -> None:
    """A record whose fields are what they may be, whether or not it is signed; or none."""
    try:
        read = records.Record.decode(received)
    except BadRecord as fault:
        harmless(fault)
        return
    assert read.raw == received
    assert read.name == namespaces.check_full_name(read.name)
    assert 0 < read.exp - read.t <= 31 * 86_400_000
    try:
        read.check(NOW_MS, read.name)
    except BadRecord as fault:
        harmless(fault)


def ticket(received: bytes) -> None:
    """A ticket whose fields are what they may be, whether or not it is signed; or none."""
    try:
        read = tickets.Ticket.decode(received)
        assert read.raw == received
        assert read.address.ip is not None
        read.check()
    except PeerError as fault:
        harmless(fault)


def harmless(fault: P2PStreamError) -> None:
    """What a person reads is one printable line, not too long."""
    said = str(fault)
    assert said.isprintable() and len(said) < 500, ascii(said)


KINDS = (key, name, record, ticket)


def target(received: bytes) -> None:
    """What the first byte says."""
    if received:
        KINDS[received[0] % len(KINDS)](received[1:])


if __name__ == "__main__":
    from running import run

    run(target, [keys, names, namespaces, folding, record_fields, records, tickets], "keys_and_records")
