"""A film and a screen that note what a remote control asks of them."""

from __future__ import annotations

from typing import Any


class FakeTape:
    """A film of 100 seconds, at 50; keeps what it is asked for."""

    def __init__(self) -> None:
        self.paused = self.is_live = False
        self.asked: list[tuple[Any, ...]] = []
        self.duration = 100.0

    def position(self) -> tuple[float, float]:
        """See `Tape`."""
        return 50.0, self.duration

    def pause(self, paused: bool) -> None:
        """See `Tape`."""
        self.paused = paused

    def next_sound(self) -> str:
        """See `Tape`."""
        return "English"

    def next_subtitles(self) -> str:
        """See `Tape`."""
        return ""

    def seek(self, seconds: float) -> None:
        """See `Tape`."""
        self.asked.append(("seek", round(seconds, 3)))

    def to_edge(self) -> None:
        """See `Tape`."""
        self.asked.append(("edge",))

    def set_rate(self, rate: float) -> None:
        """See `Tape`."""
        self.asked.append(("rate", rate))

    def set_volume(self, percent: int, muted: bool) -> None:
        """See `Tape`."""
        self.asked.append(("volume", percent, muted))


class FakeScreen:
    """A screen that only knows whether it is full."""

    fullscreen = False

    def toggle_fullscreen(self) -> None:
        """See `Screen`."""
        self.fullscreen = not self.fullscreen
