"""What is on the terminal of a role that is run by its own program."""

from __future__ import annotations

import io
import subprocess
import sys

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


class ReactorTests(SynchronousTestCase):
    """The reactor that a role runs in."""

    def chosen(self, before: str) -> str:
        """What it is in a process where this has been done."""
        code = f"{before}; from p2pstream.roles.console import running; print(type(running()).__name__)"
        asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def test_ours(self) -> None:
        """Where nobody chose one."""
        self.assertEqual(self.chosen("pass"), "PlainReactor")

    def test_chosen(self) -> None:
        """Of somebody who chose another it stays that."""
        self.assertEqual(
            self.chosen("from twisted.internet import selectreactor as s; s.install()"), "SelectReactor"
        )

    def test_another_twisted(self) -> None:
        """Whose parts are not what ours is made of: it is Twisted's, and all works as well."""
        of = "from twisted.internet.posixbase import _PollLikeMixin as polls"
        for change in (
            "del polls._doReadOrWrite",
            "polls._doReadOrWrite = lambda self, selectable, event: None",
            "del polls._doReadOrWrite; polls._doReadOrWrite = property(lambda self: self._poller.poll)",
        ):
            self.assertEqual(self.chosen(f"{of}; {change}"), "EPollReactor", change)

    def test_a_system_without_epoll(self) -> None:
        """It is the one that Twisted has there."""
        self.assertEqual(self.chosen("import select; del select.EPOLLIN, select.epoll"), "PollReactor")
