"""What one says who sends what is to be broadcast, whatever it speaks.  Pure."""

from __future__ import annotations

from typing import Protocol

from p2pstream.values import value

__all__ = ["Footage", "PublishAsked", "PublishSession", "Published", "Unpublished"]


@value
class PublishAsked:
    """It wants to publish; `PublishSession.accept` or `refuse` answers."""

    #: OBS's *Stream Key*; empty where what it speaks has none.
    key: str


@value
class Footage:
    """More of the film, from its beginning on."""

    content: bytes


@value
class Unpublished:
    """It says that this is all."""


Published = PublishAsked | Footage | Unpublished


class PublishSession(Protocol):
    """The end that is published to, without a socket or a clock.

    What comes out of its methods is `errors.PeerError` and nothing else, whatever the bytes.
    """

    def receive(self, received: bytes) -> list[Published]:
        """What the bytes mean.

        :raises errors.PeerError: they break the protocol.
        """

    def hung_up(self) -> list[Published]:
        """What it means that no more bytes come; nothing: it broke off."""

    def accept(self) -> None:
        """Let it publish."""

    def refuse(self, why: str) -> None:
        """Tell it that it may not, and why."""

    def to_send(self) -> bytes:
        """What is to be sent now, once."""
