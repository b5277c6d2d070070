"""Films opened by workers: how many at once, one that stands ready, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, fail, gatherResults, succeed
from twisted.internet.interfaces import IConsumer, IDelayedCall
from zope.interface import implementer

from p2pstream.content.side.facts import Facts
from p2pstream.content.side.texts import SideText
from p2pstream.content.subtitles import to_webvtt
from p2pstream.data.gathered import Gathered
from p2pstream.errors import BadSubtitles, CannotPlay, NoMedia, PeerError
from p2pstream.interfaces import IData, IFileSpans, IMedia, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.answers import packed, read_facts, read_pictures, read_texts
from p2pstream.media.messages import WorkerJob
from p2pstream.media.process import Worker, av_folder

__all__ = ["MISSING", "MediaWorkers"]

#: What to do where PyAV is not.
MISSING = "opening films needs PyAV: pip install 'p2pstream[media]'"


@implementer(IMedia)
class MediaWorkers:
    """One background job at a time, and some for which somebody waits.

    :param workers: for subtitles: a large file of them takes a second.
    :param folder: see `av_folder`; looked for if left out.
    """

    def __init__(
        self, reactor: Any, workers: IWorkers, limits: Limits = LIMITS, folder: str | None = None
    ) -> None:
        self._reactor = reactor
        self._workers = workers
        self._limits = limits
        self._folder = folder or av_folder()
        self.missing = "" if self._folder is not None else MISSING
        self._background = DeferredLock()
        #: All that run, the spare one too.
        self._running: set[Worker] = set()
        self._busy = 0
        self._spare: Worker | None = None
        self._spare_until: IDelayedCall | None = None
        self._closed = False

    def facts(self, data: IData) -> Deferred[Facts]:
        """As `IMedia` says."""
        return Deferred.fromCoroutine(self._facts(data))

    def side(self, data: IData, texts: Sequence[SideText] = ()) -> Deferred[bytes]:
        """As `IMedia` says."""
        return self._background.run(self._side, data, texts)

    def remux(self, data: IData, consumer: IConsumer, start_s: float = 0.0) -> Deferred[int]:
        """As `IMedia` says."""
        if self._busy >= self._limits.workers_at_once:
            return fail(NoMedia(f"{self._busy} films are being wrapped anew here already; try later"))
        return Deferred.fromCoroutine(self._remux(data, consumer, start_s))

    def close(self) -> Deferred[None]:
        """As `IMedia` says."""
        self._closed = True
        self._rest()
        for worker in self._running:
            worker.kill()
        return gatherResults([_after(worker.over) for worker in self._running]).addCallback(lambda _: None)

    async def _facts(self, data: IData) -> Facts:
        gathered = Gathered()
        job = WorkerJob("facts", _length(data))
        result = await self._waited(job, data, gathered, 0, self._limits.worker_facts_s)
        facts: Facts = _checked(read_facts, result, self._limits)
        return facts

    async def _side(self, data: IData, texts: Sequence[SideText]) -> bytes:
        limits = self._limits
        pictures, inside = Gathered(), Gathered()
        result = await self._apart(WorkerJob("pictures", _length(data), background=True), data, pictures)
        facts, pieces, board = _checked(read_pictures, result, pictures.parts, limits)
        found: list[SideText] = []
        if any(track.is_text for track in facts.tracks):
            result = await self._apart(WorkerJob("texts", _length(data), background=True), data, inside)
            found = _checked(read_texts, result, inside.parts, limits)
        return packed(facts, pieces, board, await self._readable([*texts, *found]), limits)

    async def _readable(self, texts: Sequence[SideText]) -> list[SideText]:
        """Those that are subtitles, as WebVTT; one after the other, for disks wait for the same threads."""
        found = []
        for text in texts[: self._limits.side_subtitles]:
            try:
                raw = await self._workers.run(to_webvtt, text.raw, self._limits)
            except BadSubtitles:
                continue
            found.append(SideText(text.language, text.label, raw))
        return found

    async def _remux(self, data: IData, consumer: IConsumer, start_s: float) -> int:
        counted = _Counted(consumer)
        job = WorkerJob("remux", _length(data), start_ms=int(start_s * 1000))
        await self._waited(job, data, counted, None, None)
        return counted.count

    async def _waited(
        self, job: WorkerJob, data: IData, into: Any, most: int | None, seconds: float | None
    ) -> bytes:
        """A job for which somebody waits: by the spare worker, if there is one; then there is another."""
        worker, self._spare = self._spare or self._start(None), None
        self._busy += 1
        try:
            return await worker.work(job, data, into, most, seconds)
        finally:
            self._busy -= 1
            self._stand_by()

    async def _apart(self, job: WorkerJob, data: IData, into: Gathered) -> bytes:
        """A job in the background, whose film the reactor need not read, where it lies on this machine."""
        worker = self._start(_descriptor(data))
        return await worker.work(job, data, into, self._limits.side_bytes, self._limits.worker_job_s)

    def _start(self, descriptor: int | None) -> Worker:
        if self._folder is None:
            raise NoMedia(MISSING)
        if self._closed:
            raise NoMedia("this program is about to end")
        worker = Worker(self._reactor, self._folder, descriptor, self._limits)
        self._running.add(worker)
        _after(worker.over).addCallback(lambda _: self._running.discard(worker))
        return worker

    def _stand_by(self) -> None:
        """Who watched a film from one place will soon want it from another."""
        if self._closed:
            return
        self._rest()
        if self._spare is None:
            self._spare = self._start(None)
            _after(self._spare.over).addCallback(self._spare_ended, self._spare)
        self._spare_until = self._reactor.callLater(self._limits.worker_spare_s, self._dismiss)

    def _spare_ended(self, _: object, worker: Worker) -> None:
        if self._spare is worker:
            self._spare = None

    def _dismiss(self) -> None:
        if self._spare is not None:
            self._spare.kill()

    def _rest(self) -> None:
        if self._spare_until is not None and self._spare_until.active():
            self._spare_until.cancel()


class _Counted:
    """Another consumer, and how much it was given."""

    def __init__(self, consumer: IConsumer) -> None:
        self.registerProducer = consumer.registerProducer
        self.unregisterProducer = consumer.unregisterProducer
        self._write = consumer.write
        self.count = 0

    def write(self, data: bytes) -> None:
        """Pass it on."""
        self.count += len(data)
        self._write(data)


def _checked(read: Any, *args: Any) -> Any:
    """What an answer says; the worker had a stranger's film inside it."""
    try:
        return read(*args)
    except PeerError as fault:
        raise CannotPlay(f"what opened it says nothing that makes sense: {fault}") from None


def _length(data: IData) -> int:
    if data.length is None or not data.seekable:
        raise CannotPlay("a film that has no end yet, or no places, is not opened")
    return data.length


def _descriptor(data: IData) -> int | None:
    """The open file that has all of the film and nothing else; None where there is none."""
    if not IFileSpans.providedBy(data) or not data.length:
        return None
    spans = data.spans(0, data.length)  # type: ignore[attr-defined]
    return spans[0][0] if list(spans) == [(spans[0][0], 0, data.length)] else None


def _after(event: Deferred[None]) -> Deferred[None]:
    """Fires when ``event`` does, and leaves it to others, too."""
    following: Deferred[None] = Deferred()

    def pass_on(result: Any) -> Any:
        following.callback(None)
        return result

    if event.called:
        return succeed(None)
    event.addCallback(pass_on)
    return following
