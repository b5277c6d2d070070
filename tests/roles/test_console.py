"""What is on the terminal of a role that is run by its own program."""

from __future__ import annotations

import io

from twisted.logger import LogEvent, Logger, LogLevel, LogPublisher
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.roles.console import log_to


class LogTests(SynchronousTestCase):
    """Lines of the log."""

    def logged(self, namespace: str, level: LogLevel, text: str) -> str:
        """What becomes of one."""
        stream = io.StringIO()
        observer = log_to(stream)

        def publish(event: LogEvent) -> None:
            observer(event)

        Logger(namespace, observer=LogPublisher(publish)).emit(level, text)
        return stream.getvalue()

    def test_what_is_said(self) -> None:
        """Ours, but what is for us alone; of Twisted's what is wrong, not which ports it opens."""
        self.assertIn("[p2p-peer#info] listed at c", self.logged("p2p-peer", LogLevel.info, "listed at c"))
        self.assertEqual(self.logged("p2pstream.peer", LogLevel.debug, "no ticket"), "")
        for theirs in ("log_legacy", "twisted.internet.base"):
            self.assertEqual(self.logged(theirs, LogLevel.info, "SniffedFactory starting on 2050"), "")
            self.assertIn("it broke", self.logged(theirs, LogLevel.critical, "it broke"))
