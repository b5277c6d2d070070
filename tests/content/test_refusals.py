"""What a system says, in words."""

from __future__ import annotations

import errno

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.refusals import reason


class ReasonTests(SynchronousTestCase):
    def test_reasons(self) -> None:
        """The common ones have a sentence; the rest say what the system says."""
        self.assertEqual(reason(OSError(errno.EDQUOT, "x")), "disk quota used up")
        self.assertEqual(reason(OSError(errno.EACCES, "x")), "permission denied")
        self.assertEqual(
            reason(OSError(errno.EXDEV, "Invalid cross-device link")), "invalid cross-device link"
        )
        self.assertEqual(reason(OSError()), "unknown error")
