"""Hashing in a process of its own, with the real one."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from typing import Any
from unittest import skipUnless

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from p2pstream.content.hashes.hash_nodes import unit_hashes
from p2pstream.content.units import UNIT
from p2pstream.data.hasher import ProcessHasher, ThreadHasher, hasher_for
from p2pstream.data.hasher.lending import RUN_SIZES
from p2pstream.data.hasher.process import Stage, can_hash_apart
from p2pstream.data.workers import ThreadWorkers
from p2pstream.limits import LIMITS
from p2pstream.testing.bytes.patterns import pattern
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.proofs.hasher import HasherContract
from p2pstream.testing.workers import InlineWorkers

#: It is started for the first byte.
AT_ONCE = replace(LIMITS, hash_apart_bytes=1)


class ClockedSockets:
    """What a hasher needs of a reactor: the real one's sockets, and a clock that may be another's."""

    def __init__(self, clock: Any) -> None:
        self.callLater = clock.callLater
        self.adoptStreamConnection = reactor.adoptStreamConnection  # type: ignore[attr-defined]


class ProcessCase(TestCase):
    """With one process, which is gone afterwards."""

    def begun(self, limits: Any = AT_ONCE, clock: Any = reactor) -> ProcessHasher:
        """One that has not been asked yet."""
        workers = ThreadWorkers(reactor)
        hasher = ProcessHasher(ClockedSockets(clock), workers, limits)

        async def close() -> None:
            await hasher.close()
            await workers.close()

        self.addCleanup(lambda: Deferred.fromCoroutine(close()))
        return hasher

    async def ready(self, hasher: ProcessHasher) -> ProcessHasher:
        """Its process answers."""
        await self.hashed(hasher, 1)
        while hasher._stage is Stage.STARTING:
            await deferLater(reactor, 0.005)
        self.assertIs(hasher._stage, Stage.READY)
        return hasher

    async def hashed(self, hasher: ProcessHasher, units: int) -> None:
        """It is asked for a run, and right."""
        run = hasher.lend(units * UNIT)
        run[:] = pattern(0, len(run))
        self.assertEqual(await hasher.unit_hashes(run, 2, bytes), unit_hashes(run, 2))
        hasher.give_back(run)


@skipUnless(can_hash_apart(reactor), "there are no shared memory and no processes for it here")
class ProcessHasherTests(ProcessCase, HasherContract):
    """When it is ready."""

    async def make_hasher(self) -> ProcessHasher:
        """As `HasherContract` says."""
        return await self.ready(self.begun())

    async def test_more_than_is_shared(self) -> None:
        """As many runs as there may be lie in shared memory; one more does not, and is hashed, too."""
        hasher = await self.ready(self.begun(replace(AT_ONCE, hash_shared_bytes=2 * RUN_SIZES[0])))
        runs = [hasher.lend(UNIT) for _ in range(3)]
        for seed, run in enumerate(runs):
            run[:] = pattern(seed, seed + UNIT)
        shared = [hasher._shared.offset(hasher._lending.buffer(run)) for run in runs]
        self.assertEqual(shared, [0, RUN_SIZES[0], None])
        for run in runs:
            self.assertEqual(await hasher.unit_hashes(run, 2, bytes), unit_hashes(run, 2))


@skipUnless(can_hash_apart(reactor), "there are no shared memory and no processes for it here")
class ProcessLifeTests(ProcessCase):
    """From its start to its end."""

    async def test_starts_when_it_is_worth_it(self) -> None:
        """Below the bound threads do it, and there is no process."""
        hasher = self.begun(replace(LIMITS, hash_apart_bytes=4 * UNIT))
        await self.hashed(hasher, 3)
        self.assertIs(hasher._stage, Stage.NONE)
        await self.hashed(hasher, 1)
        self.assertIsNot(hasher._stage, Stage.NONE)

    async def test_starts_with_the_first_run(self) -> None:
        """Where as much is expected as makes it worth it; not where it is less, and not before."""
        hasher = self.begun(replace(LIMITS, hash_apart_bytes=4 * UNIT))
        hasher.expect(4 * UNIT - 1)
        await self.hashed(hasher, 1)
        self.assertIs(hasher._stage, Stage.NONE)
        hasher.expect(4 * UNIT)
        self.assertIs(hasher._stage, Stage.NONE)
        await self.hashed(hasher, 1)
        self.assertIsNot(hasher._stage, Stage.NONE)
        await self.ready(hasher)

    async def test_ctrl_c_is_for_us(self) -> None:
        """What a terminal tells the group of whoever started it does not reach it."""
        hasher = await self.ready(self.begun())
        assert hasher._process is not None
        self.assertNotEqual(os.getpgid(hasher._process.pid), os.getpgrp())

    async def test_killed(self) -> None:
        """What it was asked is answered by threads, as everything is from then on."""
        hasher = await self.ready(self.begun())
        assert hasher._process is not None
        os.kill(hasher._process.pid, signal.SIGSTOP)
        run = hasher.lend(4 * UNIT)
        run[:] = pattern(0, len(run))
        asked = hasher.unit_hashes(run, 2, bytes)
        hasher._process.kill()
        self.assertEqual(await asked, unit_hashes(run, 2))
        self.assertIs(hasher._stage, Stage.GONE)
        await self.hashed(hasher, 2)

    async def test_stopped(self) -> None:
        """One that does not answer is waited for as long as the bound says; from then on threads answer."""
        clock = HeapClock()
        hasher = await self.ready(self.begun(clock=clock))
        assert hasher._process is not None
        os.kill(hasher._process.pid, signal.SIGSTOP)
        answered = Deferred.fromCoroutine(self.hashed(hasher, 4))
        clock.advance(LIMITS.hash_apart_s - 0.001)
        self.assertIs(hasher._stage, Stage.READY)
        clock.advance(0.001)
        await answered
        self.assertIs(hasher._stage, Stage.GONE)
        await self.hashed(hasher, 2)

    async def test_slow(self) -> None:
        """One that answered meanwhile is not given up."""
        clock = HeapClock()
        hasher = await self.ready(self.begun(clock=clock))
        assert hasher._process is not None
        await self.hashed(hasher, 1)
        clock.advance(LIMITS.hash_apart_s - 0.001)
        os.kill(hasher._process.pid, signal.SIGSTOP)
        answered = Deferred.fromCoroutine(self.hashed(hasher, 4))
        clock.advance(0.001)
        os.kill(hasher._process.pid, signal.SIGCONT)
        await answered
        clock.advance(2 * LIMITS.hash_apart_s)
        self.assertIs(hasher._stage, Stage.READY)

    async def test_closed_while_stopped(self) -> None:
        """Closing waits for nobody's leave."""
        hasher = await self.ready(self.begun())
        assert hasher._process is not None
        os.kill(hasher._process.pid, signal.SIGSTOP)

    async def test_closed_while_starting(self) -> None:
        """One that comes up too late is not left behind."""
        hasher = self.begun()
        await self.hashed(hasher, 1)

    async def test_cannot_start(self) -> None:
        """No process to be had: threads do it."""
        self.patch(sys, "executable", "/nowhere/python")
        hasher = self.begun()
        await self.hashed(hasher, 1)
        await hasher._life
        self.assertIs(hasher._stage, Stage.GONE)
        await self.hashed(hasher, 2)


class ChoiceTests(TestCase):
    """Which one it is."""

    def test_without_sockets(self) -> None:
        """A reactor that adopts no sockets has threads only."""
        self.assertIsInstance(hasher_for(HeapClock(), InlineWorkers()), ThreadHasher)

    def test_portable(self) -> None:
        """So has what is told to do without."""
        self.patch(os, "environ", {"P2PSTREAM_PORTABLE": "1"})
        self.assertIsInstance(hasher_for(reactor, InlineWorkers()), ThreadHasher)

    def test_no_memory_to_share(self) -> None:
        """So has a process that can open nothing more."""

        def refused(name: str) -> int:
            raise OSError("too many open files")

        if not can_hash_apart(reactor):
            return
        self.patch(os, "memfd_create", refused)
        self.assertIsInstance(hasher_for(reactor, InlineWorkers()), ThreadHasher)
