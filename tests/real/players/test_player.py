"""Films in real windows."""

from __future__ import annotations

from tests.real.displays import DisplayTestCase


class RealPlayerTests(DisplayTestCase):
    def test_playing(self) -> None:
        """Films are seen whole and in order, in their shape, and heard."""
        self.run_cases("playing")
