"""What a viewer's hands do, at the keyboard and with the mouse, and what they mean by it.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from p2pstream.player.control.controls import LOUDER, DoubleClick, KeysDown, command_of_key, command_of_text
from p2pstream.player.control.inputs import (
    ButtonDown,
    ButtonUp,
    CloseAsked,
    Input,
    KeyboardLeft,
    KeyDown,
    KeyUp,
    PointerLeft,
    PointerMoved,
    Typed,
    WheelTurned,
)
from p2pstream.player.control.remote import Remote, Tape
from p2pstream.player.scene.layout import Layout

__all__ = ["Hands"]


class Hands:
    """Turns inputs into commands for a `Remote`."""

    def __init__(self, remote: Remote, tape: Tape) -> None:
        self.remote = remote
        self._tape = tape
        self._keys = KeysDown()
        self._clicks = DoubleClick()
        self._layout = Layout(1280, 720)
        self._now = 0.0
        #: Whether the seek bar's knob is held.
        self.dragging = False
        #: The fraction of the film under the pointer; None when it is not on the bar.
        self.pointed: float | None = None

    def look(self, now: float, layout: Layout) -> None:
        """The time and the window's shape, before the inputs of this moment."""
        self._now, self._layout = now, layout
        self.remote.fading.look(now)

    def receive(self, happened: Input) -> None:
        """Do what an input means."""
        receive: Callable[[Any], None] = self._BY_KIND[type(happened)].__get__(self)
        receive(happened)

    def _key_down(self, key: KeyDown) -> None:
        self.remote.run(command_of_key(key.name, key.shift, self._keys.press(key.code)))

    def _key_up(self, key: KeyUp) -> None:
        self._keys.release(key.code)

    def _typed(self, typed: Typed) -> None:
        self.remote.run(command_of_text(typed.text, self._keys.repeating))

    def _keyboard_left(self, _: KeyboardLeft) -> None:
        self._keys.forget()

    def _pointer_moved(self, pointer: PointerMoved) -> None:
        self.remote.fading.wake()
        on_bar = self.dragging or self._layout.on_bar(pointer.x, pointer.y)
        self.pointed = self._layout.fraction_at(pointer.x) if on_bar else None

    def _button_down(self, pointer: ButtonDown) -> None:
        self.remote.fading.wake()
        if self._layout.on_bar(pointer.x, pointer.y):
            self.dragging = self._tape.position()[1] > 0
            self.pointed = self._layout.fraction_at(pointer.x)
        elif self._layout.on_button(pointer.x, pointer.y):
            self.remote.do_toggle_pause()
        elif self._layout.on_live(pointer.x, pointer.y) and self._tape.is_live:
            self.remote.do_to_edge()
        elif self._clicks.click(self._now, pointer.x, pointer.y):
            self.remote.do_toggle_fullscreen()

    def _button_up(self, pointer: ButtonUp) -> None:
        if self.dragging:
            # One seek where the hand lets go, not hundreds on the way: each costs a fetch.
            self.dragging = False
            self._tape.seek(self._layout.fraction_at(pointer.x) * self._tape.position()[1])

    def _pointer_left(self, _: PointerLeft) -> None:
        if not self.dragging:
            self.pointed = None

    def _wheel_turned(self, wheel: WheelTurned) -> None:
        self.remote.do_change_volume(LOUDER if wheel.delta > 0 else -LOUDER)

    def _close_asked(self, _: CloseAsked) -> None:
        self.remote.do_leave()

    _BY_KIND: ClassVar[dict[type, Any]] = {
        KeyDown: _key_down,
        KeyUp: _key_up,
        Typed: _typed,
        KeyboardLeft: _keyboard_left,
        PointerMoved: _pointer_moved,
        ButtonDown: _button_down,
        ButtonUp: _button_up,
        PointerLeft: _pointer_left,
        WheelTurned: _wheel_turned,
        CloseAsked: _close_asked,
    }
