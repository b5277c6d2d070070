"""What a session about broadcasts tells its shell.  Pure.

``channel`` is a number on the connection; it may be used again once its `TunedOut` was told.
"""

from __future__ import annotations

from p2pstream.content.keys import LiveKey
from p2pstream.protocols.native.bodies.body import Message
from p2pstream.values import value

__all__ = ["LeafCame", "LiveEvent", "LiveSaid", "TunedIn", "TunedOut", "Tuning"]


@value
class LiveEvent:
    """Something about one channel."""

    channel: int


@value
class Tuning(LiveEvent):
    """The other end opens a channel; to be answered by `LiveSession.accept` or `leave`."""

    key: LiveKey
    #: kbit/s that it can give on, and the oldest leaf that it has.
    uplink: int
    oldest: int


@value
class TunedIn(LiveEvent):
    """The channel that we opened is open."""

    uplink: int
    oldest: int


@value
class TunedOut(LiveEvent):
    """The other end ended the channel, or the link did."""

    code: int


@value
class LiveSaid(LiveEvent):
    """A message, as it may be said now; but those that open and close channels."""

    message: Message


@value
class LeafCame(LiveEvent):
    """A leaf that was asked for, or whose sub-stream was; nothing of it is proven."""

    number: int
    content: bytes
