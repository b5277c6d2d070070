"""Answers of a central as values that the rest of the program knows; records are checked here.  Pure."""

from __future__ import annotations

from collections.abc import Iterable

from p2pstream.content.keys import LiveKey
from p2pstream.content.listed import Lease, ListedName, ListedPage, ListedPeer, Standing
from p2pstream.content.signed.heads import Head
from p2pstream.content.signed.records import read_record
from p2pstream.content.signed.tickets import Ticket
from p2pstream.errors import BadRecord
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.messages import (
    Announced,
    HeadNow,
    Peered,
    PeerRow,
    Resolved,
    Row,
    Rows,
    Ticketed,
)

__all__ = ["head", "lease", "nothing", "page", "peers", "resolved", "ticket"]


def nothing(_: object) -> None:
    """Of a DONE there is nothing to know."""


def lease(answer: Announced) -> Lease:
    """What became of a claim."""
    return Lease(float(answer.interval), answer.address, answer.reachable, answer.taken)


def peers(answer: Peered) -> tuple[ListedPeer, ...]:
    """Who has a key."""
    return _peers(answer.peers)


def resolved(answer: Resolved, name: str, now_ms: int, limits: Limits = LIMITS) -> tuple[ListedName, ...]:
    """What is of a name; nothing that does not hold, or is of another name."""
    return tuple(_names(answer.rows, name, now_ms, limits))


def page(answer: Rows, now_ms: int, limits: Limits = LIMITS) -> ListedPage:
    """A page of names; nothing that does not hold."""
    return ListedPage(tuple(_names(answer.rows, None, now_ms, limits)), answer.after)


def ticket(answer: Ticketed) -> Ticket:
    """What may be shown to others.

    :raises PeerError: it is none.
    """
    signed = Ticket.decode(answer.ticket)
    signed.check()
    return signed


def head(answer: HeadNow, key: LiveKey) -> Head | None:
    """The newest head of a broadcast.

    :raises BadHead: it is none, or its channel did not sign it.
    """
    if not answer.head:
        return None
    told = Head.decode(answer.head)
    told.check(key.public)
    return told


def _names(rows: Iterable[Row], asked: str | None, now_ms: int, limits: Limits) -> Iterable[ListedName]:
    for row in rows:
        standing = Standing(row.standing)
        counts = row.seeds, row.sources, _peers(row.peers)
        if standing is Standing.MAPPED:
            name = row.said.decode("utf-8")
            if asked in (None, name):
                yield ListedName(name, standing, None, None, *counts)
            continue
        try:
            record = read_record(row.said, now_ms, asked, limits)
        except BadRecord:
            continue
        if record.key is not None:
            yield ListedName(record.name, standing, record.key, record, *counts)


def _peers(rows: Iterable[PeerRow]) -> tuple[ListedPeer, ...]:
    return tuple(row.listed for row in rows)
