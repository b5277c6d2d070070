from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.scene.lettering import shortened
from tests import strategies as profile  # noqa: F401


class ShortenedTests(SynchronousTestCase):
    @given(st.text("abc ", max_size=60), st.integers(0, 400))
    def test_fits(self, text: str, room: int) -> None:
        """The result fits, and is the text or a beginning of it and an ellipsis."""
        result = shortened(text, room, lambda part: 10.0 * len(part))
        self.assertLessEqual(10 * len(result), max(room, 0))
        if result != text:
            self.assertTrue(not result or (result[-1] == "…" and text.startswith(result[:-1])))
