"""What a player does where nothing can be shown."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class HeadlessTests(DisplayTestCase):
    def test_headless(self) -> None:
        """Without a display a player fails in words instead of aborting."""
        self.run_cases("headless")
