from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.scene.fading import CONTROLS_S, MESSAGE_S, Fading


class FadingTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Some hundred seconds after the clock began."""
        self.fading = Fading()
        self.fading.look(100.0)

    def test_controls(self) -> None:
        """Woken, they are seen for three seconds."""
        self.assertFalse(self.fading.controls)
        self.fading.wake()
        self.fading.look(100.0 + CONTROLS_S - 0.01)
        self.assertTrue(self.fading.controls)
        self.fading.look(100.0 + CONTROLS_S)
        self.assertFalse(self.fading.controls)

    def test_message(self) -> None:
        """What a key did is shown for a moment."""
        self.fading.say("Sound off")
        self.fading.look(100.0 + MESSAGE_S - 0.01)
        self.assertEqual(self.fading.message, "Sound off")
        self.fading.look(100.0 + MESSAGE_S)
        self.assertEqual(self.fading.message, "")

    def test_F57_names_of_tracks(self) -> None:
        """A track's name is a stranger's: it is shown escaped, and not for ever."""
        self.fading.say("Sound: a\x1b[31m\u202e" + "b" * 500)
        self.assertTrue(self.fading.message.isprintable())
        self.assertLessEqual(len(self.fading.message), 80)
