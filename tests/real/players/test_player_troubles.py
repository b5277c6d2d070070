"""What a player does where bytes come late or never, and when it is left."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class PlayerTroubleTests(DisplayTestCase):
    def test_starving(self) -> None:
        """Slow and broken sources never show a torn picture."""
        self.run_cases("starving")

    def test_leaving(self) -> None:
        """Nothing stays behind; libvlc's own window does its duty too."""
        self.run_cases("leaving")
