"""Threads that do what may block."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from p2pstream.data.workers import ThreadWorkers
from p2pstream.errors import SessionError
from p2pstream.interfaces import IWorkers
from p2pstream.limits import LIMITS
from p2pstream.testing.workers import HeldWorkers, InlineWorkers, WorkersContract


def ours() -> list[threading.Thread]:
    """The threads that workers started."""
    return [thread for thread in threading.enumerate() if "p2pstream" in thread.name]


class InlineWorkersTests(WorkersContract, TestCase):
    """Work that is done at once keeps the contract too."""

    def make_workers(self) -> InlineWorkers:
        """Who does the work."""
        return InlineWorkers()


class ThreadWorkersTests(WorkersContract, TestCase):
    """Real threads keep the contract, and leave none behind."""

    def make_workers(self) -> ThreadWorkers:
        """Who does the work."""
        workers = ThreadWorkers(reactor, replace(LIMITS, workers=2))
        self.addCleanup(workers.close)
        return workers

    async def test_off_the_reactor(self) -> None:
        """Work is done in another thread; the result arrives in this one."""
        there = await self.make_workers().run(threading.current_thread)
        self.assertIsNot(there, threading.current_thread())
        self.assertIn(there, ours())

    async def test_bounded(self) -> None:
        """There are never more threads than were asked for, however much work there is."""
        workers = self.make_workers()
        counts = await gatherResults([workers.run(lambda: len(ours())) for _ in range(200)])
        self.assertLessEqual(max(counts), 2)

    async def test_told_in_turns(self) -> None:
        """Of results that are there at once the reactor gets so many in a turn, and one more in the next."""
        turns: SimpleQueue[Callable[[], None]] = SimpleQueue()
        by_hand = SimpleNamespace(callFromThread=turns.put)
        workers = ThreadWorkers(by_hand, replace(LIMITS, workers=1, workers_told=8))  # type: ignore[arg-type]
        busy, go, told = threading.Event(), threading.Event(), []
        for number in range(9):
            workers.run(int, number).addCallback(told.append)
        # Whoever began with the last is through with all before it.
        workers.run(busy.set)
        last = workers.run(go.wait, 10)
        busy.wait(10)
        turns.get(timeout=10)()
        self.assertEqual(told, list(range(8)))
        turns.get(timeout=10)()
        self.assertEqual(told, list(range(9)))
        go.set()
        closed = workers.close()
        while not closed.called:
            turns.get(timeout=10)()
        self.assertTrue(await last)

    async def test_close_waits_and_leaves_no_thread(self) -> None:
        """Closing waits for the work that was taken, then no thread is left; twice is harmless."""
        workers = self.make_workers()
        go = threading.Event()
        self.addCleanup(go.set)
        slow = workers.run(go.wait, 10)
        closed = gatherResults([workers.close(), workers.close()])
        self.assertFalse(closed.called)
        reactor.callLater(0.01, go.set)  # type: ignore[attr-defined]
        await closed
        self.assertTrue(await slow)
        self.assertEqual(ours(), [])
        await workers.close()

    async def test_closed(self) -> None:
        """Nothing is taken after `close`."""
        workers = self.make_workers()
        await workers.close()
        await self.assertFailure(workers.run(print), SessionError)

    async def test_cancel(self) -> None:
        """Cancelling drops the result, and work that has not begun is not done."""
        workers = ThreadWorkers(reactor, replace(LIMITS, workers=1))
        go = threading.Event()
        done: list[str] = []
        first = workers.run(go.wait, 10)
        dropped: Deferred[Any] = workers.run(done.append, "dropped")
        last = workers.run(done.append, "last")
        dropped.cancel()
        await self.assertFailure(dropped, CancelledError)
        go.set()
        await gatherResults([first, last])
        self.assertEqual(done, ["last"])
        await workers.close()


class HeldWorkersTests(TestCase):
    """Workers that wait for the test."""

    def test_steps(self) -> None:
        """Work is done in order, when asked for, unless it was cancelled."""
        workers = HeldWorkers()
        self.assertTrue(verifyObject(IWorkers, workers))
        done: list[int] = []
        results = [workers.run(done.append, number) for number in range(3)]
        results[1].cancel()
        self.failureResultOf(results[1], CancelledError)
        self.assertEqual(done, [])
        workers.step(2)
        self.assertEqual((done, len(workers)), ([0], 1))
        workers.flush()
        self.assertEqual(done, [0, 2])
