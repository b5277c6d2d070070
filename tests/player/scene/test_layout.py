from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.scene.layout import Layout
from tests import strategies as profile  # noqa: F401

SIZES = ((320, 180), (640, 360), (360, 640), (1280, 720), (800, 300), (1920, 1080), (3840, 2160))


class LayoutTests(SynchronousTestCase):
    @given(st.integers(320, 4000), st.integers(180, 3000), st.floats(0, 1))
    def test_place_and_back(self, width: int, height: int, fraction: float) -> None:
        """A place on the bar and the part of the film it stands for are each other's inverse."""
        layout = Layout(width, height)
        x = layout.x_of(fraction)
        self.assertLess(abs(layout.fraction_at(x) - fraction), 1e-6)
        self.assertTrue(layout.on_bar(x, layout.bar.y))

    def test_beyond_the_bar(self) -> None:
        """Beside the bar its ends count; above it nothing does."""
        layout = Layout(1280, 720)
        self.assertEqual((layout.fraction_at(-50), layout.fraction_at(5000)), (0.0, 1.0))
        self.assertFalse(layout.on_bar(640, 300))
        self.assertFalse(layout.on_bar(640, layout.button.y + layout.button.height))

    def test_button(self) -> None:
        """The pause button is no part of the bar."""
        for size in SIZES:
            layout = Layout(*size)
            middle = (
                layout.button.x + layout.button.width / 2,
                layout.button.y + layout.button.height * 0.6,
            )
            self.assertTrue(layout.on_button(*middle))
            self.assertFalse(layout.on_bar(*middle))
