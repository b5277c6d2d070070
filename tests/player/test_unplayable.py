from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.unplayable import why_unplayable


class UnplayableTests(SynchronousTestCase):
    def _why(self, title: str = "film.mp4", **how: float) -> str:
        fields = {"refused": False, "begun": True, "duration": 60.0, "start": 0.0, **how}
        return str(why_unplayable(title, **fields) or "")  # type: ignore[arg-type]

    def test_a_film(self) -> None:
        """What was seen or heard is a film, however long it is."""
        self.assertEqual([self._why(), self._why(duration=0.0), self._why(start=59.9)], ["", "", ""])

    def test_reasons(self) -> None:
        """Each has its sentence; what came first, being no film at all, is said first."""
        self.assertIn("it is text, or a playlist", self._why(refused=True, begun=False))
        self.assertIn("is over after 1:00, and was to begin at 1:30", self._why(start=90.0, begun=False))
        self.assertIn("no picture and no sound", self._why(begun=False))

    def test_begins_at_its_end(self) -> None:
        """A film that is to begin at its very end is over by then."""
        self.assertIn("is over", self._why(start=60.0))

    def test_F57_title(self) -> None:
        """The name is a stranger's text: one printable line."""
        for how in ({"refused": True}, {"start": 90.0}, {"begun": False}):
            self.assertTrue(self._why("a\x1b[31m\n\u202eb.mp4", **how).isprintable())
