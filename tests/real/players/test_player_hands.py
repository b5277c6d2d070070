"""What viewers do to films in real windows."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class PlayerHandsTests(DisplayTestCase):
    def test_seeking(self) -> None:
        """Seeks land where they should; pauses hold."""
        self.run_cases("seeking")

    def test_handling(self) -> None:
        """Keys and mouse do what they say."""
        self.run_cases("handling")
