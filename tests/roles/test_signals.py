"""What a role makes of signals, without sending any."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.roles.signals import Signals


class EndTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A reactor's own handler, and ours before it."""
        self.ended: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            self.addCleanup(signal.signal, number, signal.getsignal(number))
            signal.signal(number, lambda number, frame: self.ended.append(number))
        Signals(None, lambda: None).install()
        self.handler: Any = signal.getsignal(signal.SIGINT)

    def test_once(self) -> None:
        """However often they come."""
        for _ in range(3):
            self.handler(signal.SIGINT, None)
        self.assertEqual(self.ended, [signal.SIGINT])

    def test_between_any_two_steps(self) -> None:
        """Also where the second comes in the midst of what the first does, as Python lets it."""
        for step in range(40):
            self.setUp()
            self.interrupt(step)
            self.assertEqual(len(self.ended), 1, step)

    def interrupt(self, step: int) -> None:
        """Handle one signal, and another before that instruction of the handler."""
        steps = iter(range(step, -1, -1))

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            frame.f_trace_opcodes = True
            if event == "opcode" and next(steps, None) == 0:
                self.handler(signal.SIGTERM, None)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.handler(signal.SIGINT, None)
        finally:
            sys.settrace(before)
