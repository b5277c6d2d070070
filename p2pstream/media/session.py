"""One job of one worker, as it goes.  Pure.

The worker has a stranger's film inside it, so nothing that it says is believed: it may
ask for what is in the film, answer within the bounds, and end.
"""

from __future__ import annotations

from collections.abc import Iterator

from p2pstream.content.text import printable
from p2pstream.errors import CannotPlay, PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.messages import (
    BYTES,
    DONE,
    FAILED,
    JOB,
    PART,
    READ,
    READY,
    SPAN,
    WorkerFrames,
    WorkerJob,
    frame,
)
from p2pstream.values import value

__all__ = ["WorkSession", "WorkerAsks", "WorkerEnds", "WorkerGives", "WorkerReady"]


@value
class WorkerReady:
    """It is confined, and waits for its job."""


@value
class WorkerAsks:
    """It wants these bytes of the film."""

    start: int
    stop: int


@value
class WorkerGives:
    """A part of its answer."""

    body: bytes


@value
class WorkerEnds:
    """It is done, with that as the last of its answer."""

    result: bytes


Event = WorkerReady | WorkerAsks | WorkerGives | WorkerEnds


class WorkSession:
    """Our end of the pipes."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._job: WorkerJob | None = None
        self._left: int | None = None
        self._limits = limits
        self._frames = WorkerFrames(limits)
        self._asked: WorkerAsks | None = None
        self._ready = self._ended = False

    @property
    def ended(self) -> bool:
        """Whether it has said all."""
        return self._ended

    def receive(self, chunk: bytes) -> Iterator[Event]:
        """What that says.

        :raises errors.CannotPlay: it says that the film is none, in one line.
        :raises errors.PeerError: it says what no worker of ours says.
        """
        for kind, body in self._frames.receive(chunk):
            if self._ended or (kind != READY) != self._ready or (self._ready and self._job is None):
                raise PeerError("a worker speaks out of turn")
            yield self._event(kind, body)

    def begin(self, job: WorkerJob, most: int | None) -> bytes:
        """What to send to have it do that, once, also before it is ready.

        :param most: bytes of all parts of its answer; None for as many as it likes.
        """
        assert self._job is None
        self._job, self._left = job, most
        return frame(JOB, job.encode())

    def give(self, content: bytes) -> bytes:
        """What to send when the bytes that it asked for are here."""
        asked, self._asked = self._asked, None
        assert asked is not None and len(content) == asked.stop - asked.start
        return frame(BYTES, content)

    def _event(self, kind: int, body: bytes) -> Event:
        if kind == READY:
            self._ready = True
            return WorkerReady()
        if kind == READ and len(body) == SPAN.size:
            return self._asks(*SPAN.unpack(body))
        if kind == PART:
            return self._gives(body)
        self._ended = True
        if kind == FAILED:
            raise CannotPlay(printable(body))
        if kind != DONE:
            raise PeerError(f"a worker says {kind}, which means nothing")
        return WorkerEnds(body)

    def _asks(self, start: int, length: int) -> WorkerAsks:
        assert self._job is not None
        within = 0 < length <= self._limits.worker_read_bytes and start + length <= self._job.length
        if self._asked is not None or not within:
            raise PeerError("a worker asks for bytes that are not in the film")
        self._asked = WorkerAsks(start, start + length)
        return self._asked

    def _gives(self, body: bytes) -> WorkerGives:
        if self._left is not None:
            self._left -= len(body)
            if self._left < 0:
                raise PeerError("a worker answers more than it may")
        return WorkerGives(body)
