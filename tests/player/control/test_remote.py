from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.control.remote import Remote
from tests.player.controlling import FakeScreen, FakeTape


class RemoteTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A remote control over a film of a hundred seconds, at its middle."""
        self.tape, self.screen, self.left = FakeTape(), FakeScreen(), 0
        self.remote = Remote(self.tape, self.screen, self._leave)

    def _leave(self) -> None:
        self.left += 1

    def _do(self, *commands: tuple[str, float]) -> None:
        for command in commands:
            self.remote.run(command)

    def test_steps(self) -> None:
        """Steps go from where the film is, and no further back than its beginning."""
        self._do(("step", -60.0), ("step", 5.0))
        self.assertEqual(self.tape.asked, [("seek", 0.0), ("seek", 55.0)])

    def test_nothing_meant(self) -> None:
        """A key that means nothing does nothing."""
        self.remote.run(None)
        self.assertEqual((self.tape.asked, self.remote.fading.controls), ([], False))

    def test_volume(self) -> None:
        """The volume stays between 0 and 100; any change of it is heard, muted or not."""
        self._do(("change_volume", 5), ("change_volume", -5), ("toggle_mute", 0), ("change_volume", -5))
        self.assertEqual(
            self.tape.asked,
            [("volume", 100, False), ("volume", 95, False), ("volume", 95, True), ("volume", 90, False)],
        )
        self._do(*[("change_volume", -5.0)] * 30)
        self.assertEqual((self.remote.volume, self.remote.fading.message), (0, "Volume 0 %"))

    def test_speed(self) -> None:
        """The speed goes by steps and stops at both ends."""
        self._do(*[("change_rate", 1.0)] * 9)
        self.assertEqual((self.remote.speed, self.remote.fading.message), (2.0, "Speed 2×"))
        self._do(*[("change_rate", -1.0)] * 9)
        self.assertEqual(self.tape.asked[-1], ("rate", 0.25))

    def test_tracks(self) -> None:
        """What was chosen is said, and that there is nothing to choose too."""
        self._do(("next_sound", 0))
        self.assertEqual(self.remote.fading.message, "Sound: English")
        self._do(("next_subtitles", 0))
        self.assertEqual(self.remote.fading.message, "Subtitles: none in this film")

    def test_escape(self) -> None:
        """Escaping takes away the help, then the full screen, then the film."""
        self._do(("toggle_help", 0), ("toggle_fullscreen", 0))
        states = []
        for _ in range(3):
            self._do(("escape", 0))
            states.append((self.remote.help, self.screen.fullscreen, self.left))
        self.assertEqual(states, [(False, True, 0), (False, False, 0), (False, False, 1)])
