"""A folder for one film, for tests of whatever gives it its final name."""

from __future__ import annotations

import os
from typing import Any

from twisted.trial.unittest import TestCase


class KeptFilmTestCase(TestCase):
    """An empty folder; nothing but the film may be left in it."""

    def setUp(self) -> None:
        """Start afresh."""
        self.folder = os.path.abspath(self.mktemp())
        os.mkdir(self.folder)
        self.path = os.path.join(self.folder, "film.mp4")

    def kept(self, sink: Any) -> bytes | None:
        """What stands under the final name."""
        self.assertLessEqual(set(os.listdir(self.folder)), {"film.mp4"})
        if not os.path.exists(self.path):
            return None
        with open(self.path, "rb") as film:
            return film.read()
