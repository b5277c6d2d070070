"""The command of ``--on-done``: what it is told, and what becomes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

from twisted.internet.defer import CancelledError
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.fetching.hook import Hook
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents


class HookTests(SynchronousTestCase):
    """A program that ends when the test says so."""

    def setUp(self) -> None:
        """One that is not run yet."""
        self.clock, self.heard = HeapClock(), HeardEvents()
        self.told: list[bytes] = []
        self.hook = Hook("sh -c 'exit 3'", self.clock, self.heard, self.start)

    def start(self, reactor: object, words: Sequence[str], ended: Callable[[int], None], stdin: int) -> None:
        """See `program.spawn`."""
        self.words, self.ended = words, ended
        self.told.append(os.read(stdin, 4096))

    def test_told(self) -> None:
        """It gets one line of JSON, and its words as they were written."""
        self.hook.run("done", {"name": "film"})
        self.assertEqual(self.words[1:], ["-c", "exit 3"])
        self.assertEqual(json.loads(self.told[0])["name"], "film")

    def test_went_well(self) -> None:
        """Then nothing is said, and nobody waits any longer."""
        self.hook.run("done", {})
        waiting = self.hook.settled()
        self.assertNoResult(waiting)
        self.ended(0)
        self.successResultOf(waiting)
        self.assertEqual(self.heard.named("hook_failed"), [])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_failed(self) -> None:
        """An exit code and a signal are told, whether anybody waits or not; that is no failure of ours."""
        for code, reason in ((3, "ended with exit code 3"), (-9, "ended with signal 9")):
            self.hook.run("done", {})
            waiting = self.hook.settled() if code > 0 else None
            self.ended(code)
            if waiting is not None:
                self.successResultOf(waiting)
            self.successResultOf(self.hook.settled())
            self.assertEqual(self.heard.named("hook_failed")[-1], {"command": "sh", "reason": reason})
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_cannot_be_run(self) -> None:
        """What the system refuses is told in its words."""

        def refuse(*args: object, **options: object) -> None:
            raise PermissionError(13, "Permission denied")

        hook = Hook("sh", self.clock, self.heard, refuse)
        hook.run("done", {})
        self.successResultOf(hook.settled())
        said = {"command": "sh", "reason": "cannot be run: Permission denied"}
        self.assertEqual(self.heard.named("hook_failed"), [said])

    def test_takes_long(self) -> None:
        """It is waited for so long at the end, and no longer; when it fails then, nobody minds."""
        self.hook.run("done", {})
        waiting = self.hook.settled()
        self.clock.advance(LIMITS.hook_s - 0.1)
        self.assertNoResult(waiting)
        self.clock.advance(0.2)
        self.successResultOf(waiting)
        self.ended(3)

    def test_given_up(self) -> None:
        """Ctrl-C ends the wait as what it is."""
        self.hook.run("done", {})
        waiting = self.hook.settled()
        waiting.cancel()
        self.failureResultOf(waiting, CancelledError)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_never_run(self) -> None:
        """Then there is nothing to wait for; what is no program is a slip on the command line."""
        self.successResultOf(self.hook.settled())
        for command in ("no-such-program x", ""):
            self.assertRaises(UsageError, Hook, command, self.clock, self.heard)
