from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.inputs import Closed, KeyDown, KeyUp, Left, Moved, Pressed, Released, Typed, Wheel
from p2pstream.player.overlay import Layout
from p2pstream.player.remote import CONTROLS_S, MESSAGE_S, Remote


class FakeTape:
    """A film of 100 seconds, at 50; keeps what it is asked for."""

    def __init__(self) -> None:
        self.paused = False
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


class RemoteTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A remote control on a window of 1280 by 720."""
        self.tape, self.screen, self.left = FakeTape(), FakeScreen(), 0
        self.remote = Remote(self.tape, self.screen, self._leave)
        self.layout = Layout(1280, 720)
        self.remote.watch(100.0, self.layout)

    def _leave(self) -> None:
        self.left += 1

    def _type(self, text: str) -> None:
        for code, character in enumerate(text):
            for happened in (KeyDown("", code), Typed(character), KeyUp(code)):
                self.remote.receive(happened)

    def test_keys(self) -> None:
        """Keys reach the film."""
        self._type(" ")
        self.assertTrue(self.tape.paused)
        self.remote.receive(KeyDown("LEFT", 71, True))
        self.remote.receive(KeyDown("RIGHT", 72))
        self.assertEqual(self.tape.asked, [("seek", 0.0), ("seek", 55.0)])

    def test_held_space(self) -> None:
        """Space held down pauses once."""
        for _ in range(3):
            self.remote.receive(KeyDown("", 57))
            self.remote.receive(Typed(" "))
        self.assertTrue(self.tape.paused)

    def test_volume(self) -> None:
        """The volume stays between 0 and 100; any change of it is heard, muted or not."""
        self._type("+")
        self.remote.receive(Wheel(-1.0))
        self._type("m-")
        self.assertEqual(
            self.tape.asked,
            [("volume", 100, False), ("volume", 95, False), ("volume", 95, True), ("volume", 90, False)],
        )
        self._type("-" * 30)
        self.assertEqual((self.remote.volume, self.remote.message), (0, "Volume 0 %"))

    def test_speed(self) -> None:
        """The speed goes by steps and stops at both ends."""
        self._type("]" * 9)
        self.assertEqual((self.remote.speed, self.remote.message), (2.0, "Speed 2×"))
        self._type("[" * 9)
        self.assertEqual(self.tape.asked[-1], ("rate", 0.25))

    def test_tracks(self) -> None:
        """What was chosen is said, and that there is nothing to choose too."""
        self._type("a")
        self.assertEqual(self.remote.message, "Sound: English")
        self._type("s")
        self.assertEqual(self.remote.message, "Subtitles: none in this film")

    def test_escape(self) -> None:
        """Esc takes away the help, then the full screen, then the film."""
        self._type("?f")
        states = []
        for _ in range(3):
            self.remote.receive(KeyDown("ESCAPE", 36))
            self.remote.receive(KeyUp(36))
            states.append((self.remote.help, self.screen.fullscreen, self.left))
        self.assertEqual(states, [(False, True, 0), (False, False, 0), (False, False, 1)])

    def test_close(self) -> None:
        """The close button leaves, whatever is shown."""
        self._type("?f")
        self.remote.receive(Closed())
        self.assertEqual(self.left, 1)

    def test_drag(self) -> None:
        """One seek, where the hand lets go; on the way only the knob moves."""
        bar = self.layout.bar
        self.remote.receive(Pressed(bar.x + bar.width * 0.2, bar.y))
        for part in (0.3, 0.5, 0.7):
            self.remote.receive(Moved(bar.x + bar.width * part, 0))
            self.assertEqual(self.tape.asked, [])
        self.assertLess(abs((self.remote.pointed or 0) - 0.7), 1e-9)
        self.remote.receive(Left(keyboard=False))
        self.remote.receive(Released(bar.x + bar.width * 0.75, 10))
        self.assertEqual((self.tape.asked, self.remote.dragging), ([("seek", 75.0)], False))

    def test_no_drag_without_duration(self) -> None:
        """A film whose length nobody knows cannot be dragged."""
        self.tape.duration = 0.0
        bar = self.layout.bar
        self.remote.receive(Pressed(bar.x + 50, bar.y))
        self.remote.receive(Released(bar.x + 90, bar.y))
        self.assertEqual(self.tape.asked, [])

    def test_button_and_double_click(self) -> None:
        """A click on the button pauses; two on the film take the whole screen."""
        button = self.layout.button
        self.remote.receive(Pressed(button.x + 20, button.y + 20))
        self.assertTrue(self.tape.paused)
        for _ in range(2):
            self.remote.receive(Pressed(600, 300))
        self.assertTrue(self.screen.fullscreen)

    def test_controls_come_and_go(self) -> None:
        """A move of the mouse brings the controls; three seconds later they are gone."""
        self.assertFalse(self.remote.controls)
        self.remote.receive(Moved(5, 5))
        self.remote.watch(100.0 + CONTROLS_S - 0.01, self.layout)
        self.assertTrue(self.remote.controls)
        self.remote.watch(100.0 + CONTROLS_S, self.layout)
        self.assertFalse(self.remote.controls)

    def test_messages_go(self) -> None:
        """What a key did is shown for a moment."""
        self._type("m")
        self.remote.watch(100.0 + MESSAGE_S, self.layout)
        self.assertEqual(self.remote.message, "")
