"""Films in real windows."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class RealPlayerTests(DisplayTestCase):
    def test_playing(self) -> None:
        """Films are seen whole and in order, in their shape, and heard."""
        self.run_cases("playing")

    def test_seeking(self) -> None:
        """Seeks land where they should; pauses hold."""
        self.run_cases("seeking")

    def test_handling(self) -> None:
        """Keys and mouse do what they say."""
        self.run_cases("handling")

    def test_leaving(self) -> None:
        """Nothing stays behind; libvlc's own window does its duty too."""
        self.run_cases("leaving")
