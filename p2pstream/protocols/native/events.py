"""What a native session tells its shell.  Pure.

``channel`` is a number on the connection; it may be used again once its `Closed` was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p2pstream.content.keys import FileKey
from p2pstream.content.ranges import Ranges
from p2pstream.protocols.native.messages import Introduce, Meta, Opened, Page, Want
from p2pstream.values import value

__all__ = [
    "Acquainted", "Arrived", "ChannelOffer", "Closed", "Dropped", "Event", "HashesCame", "HashesRefused",
    "HashesWanted", "Interested", "Introduced", "MetaCame", "Moved", "Ready", "UnitsChanged",
    "UnitsRefused", "Wanted",
]  # fmt: skip


@dataclass(frozen=True)
class ChannelOffer:
    """What the shell offers on a channel."""

    #: An `interfaces.IStream`: frames carry it, and ``check`` is called around each run.
    data: Any
    #: The units of it that are here and proven.
    units: Ranges
    #: For people and players.
    hints: Opened = field(default_factory=Opened)
    #: What belongs to the stream, by name.
    meta: Mapping[bytes, bytes] = field(default_factory=dict)


@value
class Event:
    """Something happened on a channel."""

    channel: int


@value
class Wanted(Event):
    """The other end opened it: to be answered by `serve` or `refuse`."""

    key: FileKey
    wants: bool
    offers: bool


@value
class Ready(Event):
    """The other end has the stream that we opened the channel for."""

    hints: Opened


@value
class Acquainted(Event):
    """Both ends know the channel now, and both tell each other of other peers of its stream."""

    key: FileKey


@value
class Introduced(Event):
    """The other end tells of other peers."""

    said: Introduce


@value
class Closed(Event):
    """It is over, and what was asked on it stays unanswered."""

    code: int


@value
class Moved(Event):
    """Both opened one at the same time; the other end's, ``onto``, took its place."""

    onto: int


@value
class UnitsChanged(Event):
    """What the other end has, or how much may be asked of it, changed."""


@value
class Interested(Event):
    """How badly the other end wants units."""

    want: Want


@value
class HashesWanted(Event):
    """To be answered by `send_hashes` or `refuse_hashes`, with the same ``ticket``."""

    ticket: int
    page: Page


@value
class HashesCame(Event):
    """A page that was asked for: its nodes and its uncles, 32 bytes each; not proven."""

    page: Page
    nodes: bytes
    uncles: bytes


@value
class HashesRefused(Event):
    """A page that was asked for will not come."""

    page: Page
    code: int


@value
class RunEvent(Event):
    """Something happened to consecutive units that room was lent for."""

    first: int
    count: int
    run: memoryview


@value
class Arrived(RunEvent):
    """They were asked for, and are not proven."""


@value
class Dropped(RunEvent):
    """They are of no use any more, or will not be complete."""


@value
class UnitsRefused(Event):
    """Units that were asked for will not come."""

    first: int
    count: int
    code: int


@value
class MetaCame(Event):
    """A piece of what belongs to the stream."""

    meta: Meta
