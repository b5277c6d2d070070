"""What a player does where bytes come late or never, or nothing can be shown."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class PlayerTroubleTests(DisplayTestCase):
    def test_starving(self) -> None:
        """Slow and broken sources never show a torn picture."""
        self.run_cases("starving")

    def test_headless(self) -> None:
        """Without a display a player fails in words instead of aborting."""
        self.run_cases("headless")
