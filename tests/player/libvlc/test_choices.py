from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.choices import choose_next, named_last


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

    def test_named(self) -> None:
        """Those that were added have names, once libvlc has them all; those of the film keep theirs."""
        film = [(-1, b"Disable"), (3, b"Track 1 - [English]")]
        added = [(7, b"Track 2"), (8, b"Track 3")]
        self.assertEqual(
            named_last([*film, *added], ["de", "fr forced"]), [*film, (7, b"de"), (8, b"fr forced")]
        )
        self.assertEqual(named_last([film[0], *added], ["de", "fr"])[1:], [(7, b"de"), (8, b"fr")])
        self.assertEqual(named_last(film, ["de", "fr"]), film)
        self.assertEqual(named_last(film, []), film)
        self.assertEqual(named_last([], ["de"]), [])

    def test_nothing_to_choose(self) -> None:
        """One track alone, or none, is no choice."""
        self.assertEqual(self._next([(1, b"English")], 1), ("", []))
        self.assertEqual(self._next([], -1), ("", []))
