"""Where a session's messages leave, and where its events wait for the shell.  Pure."""

from __future__ import annotations

from p2pstream.limits import Limits
from p2pstream.protocols.link.family import Frame, Line
from p2pstream.protocols.native.events import Event
from p2pstream.protocols.native.messages import Message

__all__ = ["Post"]


class Post:
    """What all parts of a session share.

    :ivar line: the link; there from `NativeSession.attach` on.
    """

    __slots__ = ("_events", "limits", "line")

    line: Line

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._events: list[Event] = []

    @property
    def busy(self) -> bool:
        """Whether so much waits to be sent that no more is to be accepted."""
        return self.line.queued > self.limits.busy_bytes

    @property
    def told(self) -> bool:
        """Whether events wait."""
        return bool(self._events)

    def send(self, channel: int, message: Message) -> None:
        """Queue a message."""
        self.line.send(Frame(message.type, channel, message.pack()))

    def tell(self, event: Event) -> None:
        """Keep an event for the shell."""
        self._events.append(event)

    def take(self) -> list[Event]:
        """All events that wait, in order."""
        events, self._events = self._events, []
        return events
