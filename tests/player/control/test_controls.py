from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.control.controls import DoubleClick, KeysDown, command_of_key, command_of_text
from p2pstream.player.control.remote import Remote


class CommandTests(SynchronousTestCase):
    def test_by_character(self) -> None:
        """Characters count, not keys: wherever a keyboard has them, shifted or not."""
        self.assertEqual(command_of_text("M", False), ("toggle_mute", 0))
        self.assertEqual(command_of_text("?", False), ("toggle_help", 0))
        self.assertEqual(command_of_text("=", False), command_of_text("+", False))
        self.assertIsNone(command_of_text("\x1b", False))

    def test_arrows(self) -> None:
        """Arrows step 5 seconds, with shift 60."""
        self.assertEqual(command_of_key("LEFT", False, False), ("step", -5.0))
        self.assertEqual(command_of_key("RIGHT", True, False), ("step", 60.0))
        self.assertEqual(command_of_key("UP", True, False), ("change_volume", 5.0))
        self.assertIsNone(command_of_key("", False, False))

    def test_held_keys(self) -> None:
        """A key held down goes on stepping, but does not switch forth and back."""
        self.assertEqual(command_of_key("RIGHT", False, True), ("step", 5.0))
        self.assertEqual(command_of_text("+", True), ("change_volume", 5.0))
        for text in " mf?q":
            self.assertIsNone(command_of_text(text, True))

    def test_every_command_can_be_done(self) -> None:
        """Whatever a key means the remote control can do."""
        from p2pstream.player.control import controls

        for name, _ in (*controls._BY_TEXT.values(), *controls._BY_KEY.values()):
            self.assertTrue(callable(getattr(Remote, f"do_{name}")), name)


class KeysDownTests(SynchronousTestCase):
    def test_repeat(self) -> None:
        """A press of a key that is down is the keyboard's own repeat."""
        held = KeysDown()
        self.assertEqual([held.press(5), held.press(5), held.press(6)], [False, True, False])
        held.release(5)
        self.assertFalse(held.press(5))

    def test_other_window(self) -> None:
        """What is released in another window is not down for ever."""
        held = KeysDown()
        held.press(5)
        held.forget()
        self.assertFalse(held.press(5))


class DoubleClickTests(SynchronousTestCase):
    def test_twice(self) -> None:
        """Two clicks soon after each other at one place are one double click, three are not two."""
        clicks = DoubleClick()
        self.assertEqual([clicks.click(t, 10, 10) for t in (0.0, 0.2, 0.4, 0.6)], [False, True, False, True])

    def test_too_slow_or_too_far(self) -> None:
        """Slow clicks, and clicks at two places, are single ones."""
        clicks = DoubleClick()
        self.assertEqual([clicks.click(t, 10, 10) for t in (0.0, 0.5, 1.0)], [False] * 3)
        self.assertEqual([clicks.click(2.0, 10, 10), clicks.click(2.1, 40, 10)], [False] * 2)
