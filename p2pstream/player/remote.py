"""What a viewer's keys and mouse do, and what of it is to be seen: the remote control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from p2pstream.content.text import printable
from p2pstream.player.controls import DoubleClick, Held, command_of_key, command_of_text
from p2pstream.player.inputs import (
    Closed,
    Input,
    KeyDown,
    KeyUp,
    Left,
    Moved,
    Pressed,
    Released,
    Typed,
    Wheel,
)
from p2pstream.player.overlay import Layout

__all__ = ["Remote", "Screen", "Tape"]

#: Seconds after which controls and messages go away by themselves.
CONTROLS_S = 3.0
MESSAGE_S = 1.5

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
LOUDEST = 100


class Tape(Protocol):
    """What is being played; before there is anything, nothing of it does harm."""

    @property
    def paused(self) -> bool:
        """What the viewer wants."""

    def position(self) -> tuple[float, float]:
        """Seconds now, and in all (0 while unknown)."""

    def pause(self, paused: bool) -> None:
        """Halt or go on."""

    def seek(self, seconds: float) -> None:
        """Go to this time."""

    def set_rate(self, rate: float) -> None:
        """How fast to play."""

    def set_volume(self, percent: int, muted: bool) -> None:
        """How loud."""

    def next_sound(self) -> str:
        """The next sound track; its name, or nothing when there is none."""

    def next_subtitles(self) -> str:
        """The next subtitles; their name, or nothing when there are none."""


class Screen(Protocol):
    """Where it is shown."""

    @property
    def fullscreen(self) -> bool:
        """Whether it has all of the screen."""

    def toggle_fullscreen(self) -> None:
        """All of the screen, or a window again."""


class Remote:
    """Commands on one side, what the overlay must show of them on the other."""

    def __init__(self, tape: Tape, screen: Screen, leave: Callable[[], None], volume: int = 100) -> None:
        self._tape = tape
        self._screen = screen
        self._leave = leave
        self._held = Held()
        self._clicks = DoubleClick()
        self._layout = Layout(1280, 720)
        self._now = 0.0
        self._controls_until = 0.0
        self._message_until = 0.0
        self._message = ""
        self.volume = volume
        self.muted = False
        self.speed = 1.0
        self.help = False
        self.dragging = False
        #: The fraction of the film under the pointer; None when it is not on the bar.
        self.pointed: float | None = None

    def watch(self, now: float, layout: Layout) -> None:
        """The time and the window's shape, before the inputs of this moment."""
        self._now, self._layout = now, layout

    @property
    def controls(self) -> bool:
        """Whether the controls are to be seen."""
        return self.dragging or self._now < self._controls_until

    @property
    def message(self) -> str:
        """What the last key did, as long as that is news."""
        return self._message if self._now < self._message_until else ""

    def wake(self) -> None:
        """Bring the controls out."""
        self._controls_until = self._now + CONTROLS_S

    def say(self, message: str) -> None:
        """Show a message for a moment.  The names of tracks are strangers' text."""
        self._message, self._message_until = printable(message, 80), self._now + MESSAGE_S

    def receive(self, happened: Input) -> None:
        """Do what an input means."""
        receive: Callable[[Any], None] = self._BY_KIND[type(happened)].__get__(self)
        receive(happened)

    def run(self, command: tuple[str, float] | None) -> None:
        """Do what a command of `controls` says."""
        if command is not None:
            name, value = command
            getattr(self, "do_" + name)(value)

    def _key_down(self, key: KeyDown) -> None:
        self.run(command_of_key(key.name, key.shift, self._held.press(key.code)))

    def _key_up(self, key: KeyUp) -> None:
        self._held.release(key.code)

    def _typed(self, typed: Typed) -> None:
        self.run(command_of_text(typed.text, self._held.repeating))

    def _moved(self, pointer: Moved) -> None:
        self.wake()
        on_bar = self.dragging or self._layout.on_bar(pointer.x, pointer.y)
        self.pointed = self._layout.fraction_at(pointer.x) if on_bar else None

    def _pressed(self, pointer: Pressed) -> None:
        self.wake()
        if self._layout.on_bar(pointer.x, pointer.y):
            self.dragging = self._tape.position()[1] > 0
            self.pointed = self._layout.fraction_at(pointer.x)
        elif self._layout.on_button(pointer.x, pointer.y):
            self.do_toggle_pause()
        elif self._clicks.click(self._now, pointer.x, pointer.y):
            self.do_toggle_fullscreen()

    def _released(self, pointer: Released) -> None:
        if self.dragging:
            # One seek where the hand lets go, not hundreds on the way: each costs a fetch.
            self.dragging = False
            self._tape.seek(self._layout.fraction_at(pointer.x) * self._tape.position()[1])

    def _wheel(self, wheel: Wheel) -> None:
        self.do_change_volume(5 if wheel.delta > 0 else -5)

    def _left(self, left: Left) -> None:
        if left.keyboard:
            self._held.forget()
        elif not self.dragging:
            self.pointed = None

    def _closed(self, _: Closed) -> None:
        self._leave()

    _BY_KIND: ClassVar[dict[type, Any]] = {
        KeyDown: _key_down,
        KeyUp: _key_up,
        Typed: _typed,
        Moved: _moved,
        Pressed: _pressed,
        Released: _released,
        Wheel: _wheel,
        Left: _left,
        Closed: _closed,
    }

    def do_toggle_pause(self, _: float = 0) -> None:
        """Halt, or go on."""
        self._tape.pause(not self._tape.paused)
        self.wake()

    def do_step(self, seconds: float) -> None:
        """Go forward or back by so much."""
        position, _ = self._tape.position()
        self._tape.seek(max(0.0, position + seconds))
        self.wake()

    def do_change_volume(self, percent: float) -> None:
        """Louder or quieter; also unmutes."""
        self.volume = max(0, min(LOUDEST, self.volume + int(percent)))
        self.muted = False
        self._tell_volume()

    def do_toggle_mute(self, _: float = 0) -> None:
        """No sound, or sound again."""
        self.muted = not self.muted
        self._tell_volume()

    def _tell_volume(self) -> None:
        self._tape.set_volume(self.volume, self.muted)
        self.say("Sound off" if self.muted else f"Volume {self.volume} %")

    def do_change_rate(self, steps: float) -> None:
        """Faster or slower, one step of `SPEEDS`."""
        index = max(0, min(len(SPEEDS) - 1, SPEEDS.index(self.speed) + int(steps)))
        self.speed = SPEEDS[index]
        self._tape.set_rate(self.speed)
        self.say(f"Speed {self.speed:g}×")

    def do_next_sound(self, _: float = 0) -> None:
        """Another sound track."""
        self.say(f"Sound: {self._tape.next_sound() or 'no other track'}")

    def do_next_subtitles(self, _: float = 0) -> None:
        """Other subtitles, or none."""
        self.say(f"Subtitles: {self._tape.next_subtitles() or 'none in this film'}")

    def do_toggle_fullscreen(self, _: float = 0) -> None:
        """The whole screen, or the window again."""
        self._screen.toggle_fullscreen()
        self.wake()

    def do_toggle_help(self, _: float = 0) -> None:
        """Show the keys, or hide them."""
        self.help = not self.help

    def do_escape(self, _: float = 0) -> None:
        """Out of whatever is in the way: the help, the full screen, the film."""
        if self.help:
            self.help = False
        elif self._screen.fullscreen:
            self.do_toggle_fullscreen()
        else:
            self._leave()

    def do_leave(self, _: float = 0) -> None:
        """End."""
        self._leave()
