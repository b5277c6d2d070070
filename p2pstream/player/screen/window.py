"""The SFML window: opening, shape, full screen, events, and pictures of itself.

Everything here is called in the reactor thread, which is the main thread: macOS
allows windows nowhere else.  So nothing here may wait: no frame limit, no vertical
sync, no `wait_event`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

# Not ``from sfml import sf``: that is a star import which hides the modules.
from sfml import graphics, window

from p2pstream.player.control import inputs
from p2pstream.player.control.inputs import Input
from p2pstream.player.screen.picture import fit

__all__ = ["Window"]

BACKGROUND = (10, 11, 14)
LEAST = (320, 180)
#: How much of the screen a new window may take, each way.
SHARE = 0.9

#: The keys that mean something and type nothing.
KEYS = ("LEFT", "RIGHT", "UP", "DOWN", "HOME", "END", "ESCAPE")
NAMES = {getattr(window.Keyboard, name): name for name in KEYS}

#: By exact type: a release is a subclass of its press in this SFML, so that
#: ``isinstance`` would take both for a press.
INPUTS: dict[type, Callable[[Any], Input | None]] = {
    window.ClosedEvent: lambda _: inputs.CloseAsked(),
    window.KeyPressedEvent: lambda e: inputs.KeyDown(NAMES.get(e.code, ""), e.code, bool(e.shift)),
    window.KeyReleasedEvent: lambda e: inputs.KeyUp(e.code),
    window.TextEnteredEvent: lambda e: inputs.Typed(e.unicode),
    window.FocusLostEvent: lambda _: inputs.KeyboardLeft(),
    window.MouseMovedEvent: lambda e: inputs.PointerMoved(e.position.x, e.position.y),
    window.MouseButtonPressedEvent: lambda e: _at_left(e, inputs.ButtonDown),
    window.MouseButtonReleasedEvent: lambda e: _at_left(e, inputs.ButtonUp),
    window.MouseLeftEvent: lambda _: inputs.PointerLeft(),
    window.MouseWheelScrolledEvent: lambda e: inputs.WheelTurned(e.delta),
}


def _at_left(event: Any, kind: Callable[[float, float], Input]) -> Input | None:
    return kind(event.position.x, event.position.y) if event.button == window.Button.LEFT else None


class Window:
    """A window that may become the whole screen and back."""

    def __init__(self, title: str, size: tuple[int, int], fullscreen: bool) -> None:
        self._title = title
        self._screen = window.VideoMode.get_desktop_mode()
        self._box = (
            min(size[0], int(self._screen.width * SHARE)),
            min(size[1], int(self._screen.height * SHARE)),
        )
        self._size = self._box
        # The constructor knows no full screen in this SFML, only `create` does.
        self.native = graphics.RenderWindow(window.VideoMode(*self._size), title)
        self._shaped = False
        self.fullscreen = False
        self._photographed: Any = None
        self._photographed_size = (0, 0)
        self._settle()
        if fullscreen:
            self.toggle_fullscreen()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what can be drawn on, in pixels."""
        size = self.native.size
        return int(size.x), int(size.y)

    @property
    def open(self) -> bool:
        """Whether it is there."""
        return bool(self.native.is_open)

    def inputs(self) -> Iterator[Input]:
        """What the viewer did since the last look; keeps the view in step with the size."""
        for event in self.native.events:
            if isinstance(event, window.ResizedEvent):
                self._follow_size()
            translate = INPUTS.get(type(event))
            happened = translate(event) if translate is not None else None
            if happened is not None:
                yield happened
            if not self.open:
                return

    def take_shape(self, shape: Fraction) -> None:
        """Be as wide and high as the film asks, once, unless the viewer said otherwise."""
        resized = self.size != self._size
        if self._shaped or self.fullscreen or resized:
            return
        self._shaped = True
        _, _, wide, high = fit(shape, *self._box)
        self._size = (max(LEAST[0], round(wide)), max(LEAST[1], round(high)))
        if self._size != self.size:
            self.native.size = self._size
            self._follow_size()
            self._stay_on_screen()

    def toggle_fullscreen(self) -> None:
        """Take the whole screen, or give it back; textures survive."""
        self.fullscreen = not self.fullscreen
        if self.fullscreen:
            self._size = self.size
            self.native.create(
                window.VideoMode.get_desktop_mode(),
                self._title,
                window.Style.NONE,
                window.State.FULLSCREEN,
            )
        else:
            self.native.create(window.VideoMode(*self._size), self._title, window.Style.DEFAULT)
        self._settle()

    def _settle(self) -> None:
        self.native.minimum_size = LEAST
        self._follow_size()
        if not self.fullscreen:
            self._stay_on_screen()
        self.native.set_mouse_cursor_visible(True)
        self.native.clear(graphics.Color(*BACKGROUND))
        self.native.display()

    def _follow_size(self) -> None:
        # Without this everything is stretched after a change of size.
        self.native.view = graphics.View(graphics.Rect((0, 0), self.size))

    def _stay_on_screen(self) -> None:
        """Where no window manager places windows, SFML's own place may be off the screen."""
        at, (wide, high) = self.native.position, self.size
        if at.x + wide > self._screen.width or at.y + high > self._screen.height or min(at.x, at.y) < 0:
            self.native.position = (
                max(0, (int(self._screen.width) - wide) // 2),
                max(0, (int(self._screen.height) - high) // 2),
            )

    def show_pointer(self, visible: bool) -> None:
        """The mouse pointer goes with the controls."""
        self.native.set_mouse_cursor_visible(visible)

    def begin(self) -> None:
        """Start a new picture."""
        self.native.clear(graphics.Color(*BACKGROUND))

    def finish(self) -> None:
        """Show it.  Takes 10 ms and more where there is no graphics card."""
        self.native.display()

    def picture(self) -> Any:
        """What is in the window now, as an SFML image."""
        if self._photographed is None or self._photographed_size != self.size:
            # Making one and giving it up takes longer than all the rest.
            self._photographed, self._photographed_size = graphics.Texture.create(*self.size), self.size
        self._photographed.update_from_window(self.native)
        return self._photographed.to_image()

    def close(self) -> None:
        """Gone at once; harmless when done twice."""
        self.native.close()
