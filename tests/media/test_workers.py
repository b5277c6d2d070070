"""How long workers may take, without any."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.bencode import encode
from p2pstream.content.side import unpack
from p2pstream.content.side.texts import SideText
from p2pstream.content.subtitles import to_webvtt
from p2pstream.data.memory import BufferData
from p2pstream.errors import NoMedia
from p2pstream.limits import LIMITS
from p2pstream.media.workers import MediaWorkers
from p2pstream.testing.workers import HeldWorkers

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


class Asked:
    """A worker that finds nothing in a film, or says no; and what it was asked with."""

    def __init__(self, answers: bool) -> None:
        self._answers = answers
        self.bounds: list[tuple[int | None, float | None]] = []
        self.over: Deferred[None] = Deferred()

    async def work(self, job: Any, data: Any, into: Any, most: int | None, seconds: float | None) -> bytes:
        """See `process.Worker`."""
        self.bounds.append((most, seconds))
        if self._answers:
            return encode({b"f": {}, b"k": [], b"s": []})
        raise NoMedia("no")


class Media(MediaWorkers):
    """Starts no program."""

    def __init__(self, limits: Any = LIMITS, answers: bool = False) -> None:
        self.held = HeldWorkers()
        super().__init__(Clock(), self.held, limits, "nowhere")
        self.asked: Any = Asked(answers)

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


class SubtitleTests(SynchronousTestCase):
    """Those that lie beside a film: a stranger made them, and a large file of them takes a second."""

    def side(self, media: Media, *texts: bytes) -> Deferred[bytes]:
        """What is made of a film that has these."""
        return media.side(BufferData(b"film"), [SideText("en", "English", raw) for raw in texts])

    def test_not_by_the_reactor(self) -> None:
        """Threads read them, one after the other; what is none is left out."""
        media = Media(answers=True)
        side = self.side(media, SRT, b"junk", SRT)
        for _ in range(3):
            self.assertNoResult(side)
            self.assertEqual(len(media.held), 1)
            media.held.step()
        raw = self.successResultOf(side)
        bodies = [raw[each.start : each.stop] for each in unpack(raw, len(raw)).of("subtitles")]
        self.assertEqual(bodies, [to_webvtt(SRT)] * 2)

    def test_how_many(self) -> None:
        """No more are read than there may be."""
        media = Media(replace(LIMITS, side_subtitles=2), answers=True)
        side = self.side(media, SRT, SRT, SRT)
        media.held.step()
        media.held.step()
        raw = self.successResultOf(side)
        self.assertEqual(len(unpack(raw, len(raw)).of("subtitles")), 2)
