from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.control import inputs
from p2pstream.player.control.hands import Hands
from p2pstream.player.control.inputs import ButtonDown, ButtonUp, KeyDown, KeyUp, PointerMoved, Typed
from p2pstream.player.control.remote import Remote
from p2pstream.player.scene.layout import Layout
from tests.player.controlling import FakeScreen, FakeTape


class HandsCase(SynchronousTestCase):
    def setUp(self) -> None:
        """Hands at a window of 1280 by 720."""
        self.tape, self.screen, self.left = FakeTape(), FakeScreen(), 0
        self.remote = Remote(self.tape, self.screen, self._leave)
        self.hands = Hands(self.remote, self.tape)
        self.layout = Layout(1280, 720)
        self.hands.look(100.0, self.layout)

    def _leave(self) -> None:
        self.left += 1

    def do(self, *inputs: inputs.Input) -> None:
        """One after the other."""
        for happened in inputs:
            self.hands.receive(happened)


class KeyTests(HandsCase):
    def _type(self, text: str) -> None:
        for code, character in enumerate(text):
            self.do(KeyDown("", code), Typed(character), KeyUp(code))

    def test_keys(self) -> None:
        """Keys reach the film: those that type something and those that do not."""
        self._type(" ")
        self.assertTrue(self.tape.paused)
        self.do(KeyDown("LEFT", 71, True), KeyDown("RIGHT", 72))
        self.assertEqual(self.tape.asked, [("seek", 0.0), ("seek", 55.0)])
        self.do(KeyDown("HOME", 73), KeyDown("END", 74))
        self.assertEqual(self.tape.asked[2:], [("seek", 0.0), ("rate", 1.0), ("edge",)])

    def test_held_space(self) -> None:
        """Space held down pauses once."""
        for _ in range(3):
            self.do(KeyDown("", 57), Typed(" "))
        self.assertTrue(self.tape.paused)

    def test_released_elsewhere(self) -> None:
        """A key that comes up in another window is up."""
        self.do(KeyDown("", 57), Typed(" "), inputs.KeyboardLeft(), KeyDown("", 57), Typed(" "))
        self.assertFalse(self.tape.paused)

    def test_close(self) -> None:
        """The close button leaves, whatever is shown."""
        self._type("?f")
        self.do(inputs.CloseAsked())
        self.assertEqual(self.left, 1)


class PointerTests(HandsCase):
    def test_drag(self) -> None:
        """One seek, where the hand lets go; on the way only the knob moves."""
        bar = self.layout.bar
        self.do(ButtonDown(bar.x + bar.width * 0.2, bar.y))
        for part in (0.3, 0.5, 0.7):
            self.do(PointerMoved(bar.x + bar.width * part, 0))
            self.assertEqual(self.tape.asked, [])
        self.assertLess(abs((self.hands.pointed or 0) - 0.7), 1e-9)
        self.do(inputs.PointerLeft(), ButtonUp(bar.x + bar.width * 0.75, 10))
        self.assertEqual((self.tape.asked, self.hands.dragging), ([("seek", 75.0)], False))

    def test_no_drag_without_duration(self) -> None:
        """A film whose length nobody knows cannot be dragged."""
        self.tape.duration = 0.0
        bar = self.layout.bar
        self.do(ButtonDown(bar.x + 50, bar.y), ButtonUp(bar.x + 90, bar.y))
        self.assertEqual(self.tape.asked, [])

    def test_beside_the_bar(self) -> None:
        """The time under the pointer is known while it is on the bar, and in the window."""
        bar, pointed = self.layout.bar, []
        for y in (bar.y, 300.0, bar.y):
            self.do(PointerMoved(bar.x + bar.width / 2, y))
            pointed.append(self.hands.pointed)
        self.do(inputs.PointerLeft())
        self.assertEqual([*pointed, self.hands.pointed], [0.5, None, 0.5, None])

    def test_button_and_double_click(self) -> None:
        """A click on the button pauses; two on the film take the whole screen."""
        button = self.layout.button
        self.do(ButtonDown(button.x + 20, button.y + 20))
        self.assertTrue(self.tape.paused)
        self.do(ButtonDown(600, 300), ButtonDown(600, 300))
        self.assertTrue(self.screen.fullscreen)

    def test_live_mark(self) -> None:
        """A click on the mark is live again, where there is one."""
        mark = self.layout.live
        for is_live, asked in ((False, []), (True, [("rate", 1.0), ("edge",)])):
            self.tape.is_live = is_live
            self.do(ButtonDown(mark.x + 5, mark.y + 5), ButtonUp(mark.x + 5, mark.y + 5))
            self.assertEqual(self.tape.asked, asked)

    def test_wheel(self) -> None:
        """The wheel changes the volume."""
        self.do(inputs.WheelTurned(-1.0), inputs.WheelTurned(-2.0), inputs.WheelTurned(1.0))
        self.assertEqual(self.remote.volume, 95)

    def test_controls_come(self) -> None:
        """A move of the mouse brings the controls, and time takes them away."""
        self.assertFalse(self.remote.fading.controls)
        self.do(PointerMoved(5, 5))
        self.assertTrue(self.remote.fading.controls)
        self.hands.look(200.0, self.layout)
        self.assertFalse(self.remote.fading.controls)
