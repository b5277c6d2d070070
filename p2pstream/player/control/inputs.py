"""What a viewer does at a window, as values: keys, text, mouse.  Pure."""

from __future__ import annotations

from p2pstream.values import value

__all__ = [
    "ButtonDown",
    "ButtonUp",
    "CloseAsked",
    "Input",
    "KeyDown",
    "KeyUp",
    "KeyboardLeft",
    "PointerLeft",
    "PointerMoved",
    "Typed",
    "WheelTurned",
]


@value
class KeyDown:
    """A key went down, or repeats: its name (empty for those that type), and its code."""

    name: str
    code: int
    shift: bool = False


@value
class KeyUp:
    """A key came up."""

    code: int


@value
class Typed:
    """A key typed this."""

    text: str


@value
class KeyboardLeft:
    """What is typed goes to another window now."""


@value
class _AtPointer:
    #: Where the pointer is, in pixels of the window.
    x: float
    y: float


class PointerMoved(_AtPointer):
    """The pointer is here."""


class ButtonDown(_AtPointer):
    """The left button went down here."""


class ButtonUp(_AtPointer):
    """The left button came up here."""


@value
class PointerLeft:
    """The pointer is in another window now."""


@value
class WheelTurned:
    """The wheel turned: up is positive."""

    delta: float


@value
class CloseAsked:
    """The viewer wants the window gone."""


Input = (
    KeyDown
    | KeyUp
    | Typed
    | KeyboardLeft
    | PointerMoved
    | ButtonDown
    | ButtonUp
    | PointerLeft
    | WheelTurned
    | CloseAsked
)
