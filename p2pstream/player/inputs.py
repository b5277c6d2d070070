"""What a viewer does at a window, as values: keys, text, mouse."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Closed", "Input", "KeyDown", "KeyUp", "Left", "Moved", "Pressed", "Released", "Typed", "Wheel"]


@dataclass(frozen=True)
class KeyDown:
    """A key went down, or repeats: its name (empty for those that type), and its code."""

    name: str
    code: int
    shift: bool = False


@dataclass(frozen=True)
class KeyUp:
    """A key came up."""

    code: int


@dataclass(frozen=True)
class Typed:
    """A key typed this."""

    text: str


@dataclass(frozen=True)
class Moved:
    """The pointer is here, in pixels of the window."""

    x: float
    y: float


@dataclass(frozen=True)
class Pressed:
    """The left button went down here."""

    x: float
    y: float


@dataclass(frozen=True)
class Released:
    """The left button came up here."""

    x: float
    y: float


@dataclass(frozen=True)
class Wheel:
    """The wheel turned: up is positive."""

    delta: float


@dataclass(frozen=True)
class Left:
    """Keyboard or pointer are in another window now."""

    keyboard: bool


@dataclass(frozen=True)
class Closed:
    """The viewer wants the window gone."""


Input = KeyDown | KeyUp | Typed | Moved | Pressed | Released | Wheel | Left | Closed
