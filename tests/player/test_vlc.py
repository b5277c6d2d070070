from __future__ import annotations

import os
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.vlc import _choose_next, hardware_option, prefetch_options


class HardwareTests(SynchronousTestCase):
    def test_never(self) -> None:
        """Hardware is not touched unless it may be."""
        self.assertEqual(hardware_option("none"), "--avcodec-hw=none")

    def test_where_there_is_some(self) -> None:
        """Hardware is looked for where there is some; libvlc itself falls back."""
        exists = {True: "--avcodec-hw=any", False: "--avcodec-hw=none"}
        self.assertEqual(hardware_option("auto"), exists[os.path.exists("/dev/dri")])


class PrefetchTests(SynchronousTestCase):
    def test_bound(self) -> None:
        """Libvlc is told the bound in whole kibibytes, and never more than it."""
        for size, told in ((2_097_152, 2048), (2_097_153, 2048), (2_097_151, 2047)):
            options = prefetch_options(replace(LIMITS, prefetch_bytes=size))
            # The second is what makes libvlc heed the first.
            self.assertEqual(options, (f":prefetch-buffer-size={told}", ":prefetch-read-size=65536"))


class TrackTests(SynchronousTestCase):
    def _next(self, tracks: list[tuple[int, bytes]], now: int) -> tuple[str, list[int]]:
        chosen: list[int] = []
        return _choose_next(tracks, now, chosen.append), chosen

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
