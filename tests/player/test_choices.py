from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.choices import choose_next


class ChoiceTests(SynchronousTestCase):
    def _next(self, tracks: list[tuple[int, bytes]], now: int) -> tuple[str, list[int]]:
        chosen: list[int] = []
        return choose_next(tracks, now, chosen.append), chosen

    def test_round(self) -> None:
        """The tracks follow each other, the first after the last."""
        tracks = [(1, b"English"), (2, "Fran\xe7ais".encode()), (5, b"\xff?")]
        self.assertEqual(self._next(tracks, 1), ("Français", [2]))
        self.assertEqual(self._next(tracks, 2), ("\ufffd?", [5]))
        self.assertEqual(self._next(tracks, 5), ("English", [1]))

    def test_off(self) -> None:
        """No subtitles is one of the choices, and has a name."""
        self.assertEqual(self._next([(-1, b"Disable"), (3, b"Track 1")], 3), ("off", [-1]))

    def test_nothing_to_choose(self) -> None:
        """One track alone, or none, is no choice."""
        self.assertEqual(self._next([(1, b"English")], 1), ("", []))
        self.assertEqual(self._next([], -1), ("", []))
