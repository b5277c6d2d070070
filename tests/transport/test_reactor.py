"""The reactor of our roles, by itself."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.limits import LIMITS
from p2pstream.transport.reactor import PlainReactor


@implementer(IReadDescriptor)
class Pipe:
    """One that has something to read until it is read."""

    def __init__(self, log: list[str], name: str) -> None:
        self.name = name
        self.lost: list[Failure] = []
        self.then: Any = lambda: None
        self._log = log
        self._reads, self._writes = os.pipe()
        os.write(self._writes, b"x")

    def fileno(self) -> int:
        """See `IFileDescriptor`."""
        return self._reads

    def doRead(self) -> None:
        """See `IReadDescriptor`."""
        os.read(self._reads, 1)
        self._log.append(self.name)
        self.then()

    def connectionLost(self, reason: Failure) -> None:
        """See `IFileDescriptor`."""
        self.lost.append(reason)

    def logPrefix(self) -> str:
        """See `ILoggingContext`."""
        return self.name

    def close(self) -> None:
        """Let go of both ends."""
        os.close(self._reads)
        os.close(self._writes)


class PlainReactorTests(SynchronousTestCase):
    """`PlainReactor`, where three are ready."""

    def watched(self, most: int = LIMITS.turn_calls) -> tuple[PlainReactor, list[Pipe], list[str]]:
        """One that calls so many in a turn, three pipes, and the names of those that were read."""
        log: list[str] = []
        reactor: Any = PlainReactor(replace(LIMITS, turn_calls=most))
        self.addCleanup(reactor._poller.close)
        pipes = [Pipe(log, name) for name in "abc"]
        for pipe in pipes:
            self.addCleanup(pipe.close)
            reactor.addReader(pipe)
        return reactor, pipes, log

    def test_all_are_called(self) -> None:
        """In one turn, once each; nobody who has nothing to read."""
        reactor, _, log = self.watched(3)
        reactor.doIteration(0)
        self.assertEqual(sorted(log), ["a", "b", "c"])
        reactor.doIteration(0)
        self.assertEqual(len(log), 3)

    def test_turn_calls(self) -> None:
        """One more than a turn has room for: the one that is left comes in the next."""
        reactor, _, log = self.watched(2)
        reactor.doIteration(0)
        self.assertEqual(len(log), 2)
        reactor.doIteration(0)
        self.assertEqual(sorted(log), ["a", "b", "c"])

    def test_one_that_fails(self) -> None:
        """It is told that it is lost, and the others are called."""
        reactor, pipes, log = self.watched()
        pipes[0].then = lambda: 1 / 0
        reactor.doIteration(0)
        self.assertEqual(sorted(log), ["a", "b", "c"])
        self.assertEqual([len(pipe.lost) for pipe in pipes], [1, 0, 0])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_one_that_cannot_even_be_told(self) -> None:
        """That is logged, and the others are called."""
        reactor, pipes, log = self.watched()
        pipes[0].then = lambda: 1 / 0
        pipes[0].connectionLost = lambda reason: [][1]  # type: ignore[method-assign, assignment]
        reactor.doIteration(0)
        self.assertEqual(sorted(log), ["a", "b", "c"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError, IndexError)), 2)

    def test_closed_by_another(self) -> None:
        """Who is removed in a turn is not called any more in that turn."""
        reactor, pipes, log = self.watched()
        for pipe in pipes:
            others = [each for each in pipes if each is not pipe]
            pipe.then = lambda others=others: [reactor.removeReader(each) for each in others]
        reactor.doIteration(0)
        self.assertEqual(len(log), 1)
