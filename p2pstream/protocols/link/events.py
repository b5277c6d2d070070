"""What a link tells of itself, beside the events of its families.  Pure."""

from __future__ import annotations

from p2pstream.protocols.link.family import Opposite
from p2pstream.values import value

__all__ = ["Authenticated", "Ended", "Greeted"]


@value
class Greeted:
    """The other end's HELLO came; who it is, is a claim."""

    opposite: Opposite


@value
class Authenticated:
    """The other end has proven who it is."""

    opposite: Opposite


@value
class Ended:
    """Why a link ends."""

    #: `codes.Code`, or a number from a later version.
    code: int
    #: In words fit to print.
    why: str
    #: Whether the other end said so.
    theirs: bool = False
    #: When it wants to be asked again; 0 says nothing.
    retry_s: int = 0
    #: Whether the other end broke the protocol.
    blamed: bool = False
    #: Whether it is not who was to be there.
    other_id: bool = False
    #: False when the other end does not speak this protocol at all.
    spoken: bool = True
