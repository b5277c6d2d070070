"""How long workers may take, without any."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.memory import BufferData
from p2pstream.errors import NoMedia
from p2pstream.limits import LIMITS
from p2pstream.media.workers import MediaWorkers


class Asked:
    """A worker that says no, and what it was asked with."""

    def __init__(self) -> None:
        self.bounds: list[tuple[int | None, float | None]] = []
        self.over: Deferred[None] = Deferred()

    async def work(self, job: Any, data: Any, into: Any, most: int | None, seconds: float | None) -> bytes:
        """See `process.Worker`."""
        self.bounds.append((most, seconds))
        raise NoMedia("no")


class Media(MediaWorkers):
    """Starts no program."""

    def __init__(self, limits: Any) -> None:
        super().__init__(Clock(), limits, "nowhere")
        self.asked: Any = Asked()

    def _start(self, descriptor: int | None) -> Any:
        return self.asked


class BoundTests(SynchronousTestCase):
    """What each job may take."""

    def test_jobs(self) -> None:
        """Where nobody waits, so long and so many bytes; where somebody does, less."""
        limits = replace(LIMITS, worker_job_s=7.0, worker_facts_s=3.0, side_bytes=11)
        media = Media(limits)
        self.failureResultOf(media.side(BufferData(b"film")), NoMedia)
        self.failureResultOf(media.facts(BufferData(b"film")), NoMedia)
        self.assertEqual(media.asked.bounds, [(11, 7.0), (0, 3.0)])
