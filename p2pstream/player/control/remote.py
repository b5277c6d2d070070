"""The remote control: everything a viewer can have done to a film, and how it is set.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from p2pstream.player.control.controls import Command
from p2pstream.player.scene.fading import Fading

__all__ = ["Remote", "Screen", "Tape"]

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
LOUDEST = 100


class Tape(Protocol):
    """What is being played; before there is anything, nothing of it does harm."""

    @property
    def paused(self) -> bool:
        """What the viewer wants."""

    @property
    def is_live(self) -> bool:
        """Whether it is a broadcast that has not ended."""

    def position(self) -> tuple[float, float]:
        """Seconds now, and in all (0 while unknown)."""

    def pause(self, paused: bool) -> None:
        """Halt or go on."""

    def seek(self, seconds: float) -> None:
        """Go to this time."""

    def to_edge(self) -> None:
        """Be live again, in a broadcast."""

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
    """Does the commands of `controls`, each of which is a method ``do_`` of that name."""

    def __init__(self, tape: Tape, screen: Screen, leave: Callable[[], None], volume: int = 100) -> None:
        self._tape = tape
        self._screen = screen
        self._leave = leave
        self.fading = Fading()
        self.volume = volume
        self.muted = False
        self.speed = 1.0
        #: Whether the keys are shown.
        self.help = False

    def run(self, command: Command | None) -> None:
        """Do it, if there is one."""
        if command is not None:
            name, value = command
            getattr(self, "do_" + name)(value)

    def do_toggle_pause(self, _: float = 0) -> None:
        """Halt, or go on."""
        self._tape.pause(not self._tape.paused)
        self.fading.wake()

    def do_step(self, seconds: float) -> None:
        """Go forward or back by so much."""
        position, _ = self._tape.position()
        self._tape.seek(max(0.0, position + seconds))
        self.fading.wake()

    def do_to_beginning(self, _: float = 0) -> None:
        """To the beginning, as far as it can be had."""
        self._tape.seek(0.0)
        self.fading.wake()

    def do_to_edge(self, _: float = 0) -> None:
        """To where a broadcast is live, where there is one speed."""
        self.speed = 1.0
        self._tape.set_rate(self.speed)
        self._tape.to_edge()
        self.fading.wake()

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
        self.fading.say("Sound off" if self.muted else f"Volume {self.volume} %")

    def do_change_rate(self, steps: float) -> None:
        """Faster or slower, one step of `SPEEDS`."""
        index = max(0, min(len(SPEEDS) - 1, SPEEDS.index(self.speed) + int(steps)))
        self.speed = SPEEDS[index]
        self._tape.set_rate(self.speed)
        self.fading.say(f"Speed {self.speed:g}×")

    def do_next_sound(self, _: float = 0) -> None:
        """Another sound track."""
        self.fading.say(f"Sound: {self._tape.next_sound() or 'no other track'}")

    def do_next_subtitles(self, _: float = 0) -> None:
        """Other subtitles, or none."""
        self.fading.say(f"Subtitles: {self._tape.next_subtitles() or 'none in this film'}")

    def tell_of_subtitles(self) -> None:
        """There are some now, and nobody would look for them."""
        self.fading.say("Subtitles: press s")

    def do_toggle_fullscreen(self, _: float = 0) -> None:
        """The whole screen, or the window again."""
        self._screen.toggle_fullscreen()
        self.fading.wake()

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
