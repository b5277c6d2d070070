"""What is to be seen for a moment only: the controls, and what a key just did.  Pure."""

from __future__ import annotations

from p2pstream.content.text import printable

__all__ = ["Fading"]

#: Seconds after which controls and messages go away by themselves.
CONTROLS_S = 3.0
MESSAGE_S = 1.5

#: Characters of a message that fit into a window.
MESSAGE_CHARS = 80


class Fading:
    """Is told the time, and says what has not faded yet."""

    def __init__(self) -> None:
        self._now = 0.0
        self._controls_until = 0.0
        self._message_until = 0.0
        self._message = ""

    def look(self, now: float) -> None:
        """So late it is, in seconds."""
        self._now = now

    @property
    def controls(self) -> bool:
        """Whether the controls are to be seen."""
        return self._now < self._controls_until

    @property
    def message(self) -> str:
        """What the last key did, as long as that is news."""
        return self._message if self._now < self._message_until else ""

    def wake(self) -> None:
        """Bring the controls out."""
        self._controls_until = self._now + CONTROLS_S

    def say(self, message: str) -> None:
        """Show a message for a moment.  The names of tracks are strangers' text."""
        self._message = printable(message, MESSAGE_CHARS)
        self._message_until = self._now + MESSAGE_S
