"""A broadcast in segments."""

from __future__ import annotations

from http import HTTPStatus

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IReactorTime
from zope.interface import implementer

from p2pstream.content.hls import MediaSegment, playlist
from p2pstream.content.ranges import check_range
from p2pstream.interfaces import IData, ILiveData, IVersioned, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.live.places import PLAYLIST_KIND
from p2pstream.web.live.waiting import is_mpegts, say_no_film, say_nothing_yet, until

__all__ = ["answer_playlist", "answer_segment"]

_FOR_EVER, _FOR_NOW = b"public, max-age=31536000, immutable", b"public, max-age=1"


async def answer_playlist(
    request: IWebRequest, data: ILiveData, clock: IReactorTime, limits: Limits = LIMITS
) -> None:
    """Answer with those that are here; of a broadcast that has just been joined, when there is one."""

    def told() -> list[MediaSegment]:
        return data.segments.row(data.settled)

    await until(data, lambda: bool(told()) or data.length is not None, clock, limits.live_shown_s)
    row = told()
    if not row:
        await say_nothing_yet(request)
        return
    request.setHeader(b"Cache-Control", _FOR_NOW)
    await request.show(playlist(row, data.length == row[-1].stop, limits), PLAYLIST_KIND.encode("ascii"))


async def answer_segment(request: IWebRequest, data: ILiveData, name: str) -> None:
    """Answer with the one of that name, or with ranges of it."""
    segment = data.segments.find(name)
    if segment is None or not data.settled(segment.start, segment.stop):
        await request.say(
            HTTPStatus.NOT_FOUND, "That part of the broadcast is not here, or not here any more."
        )
        return
    if not await is_mpegts(data, segment.start, segment.stop):
        await say_no_film(request)
        return
    # What was given up is stuffed here, and perhaps not elsewhere.
    same = data.have.covers(segment.start, segment.stop)
    request.setHeader(b"Cache-Control", _FOR_EVER if same else b"no-store")
    await request.serve(name, SegmentData(data, segment))


@implementer(IData, IVersioned)
class SegmentData:
    """One of them as data of its own."""

    seekable = True

    def __init__(self, data: IData, segment: MediaSegment) -> None:
        self._data = data
        self._start = segment.start
        self.length = segment.stop - segment.start
        self.version = f"{segment.epoch}-{segment.number}"

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData`."""
        check_range(start, stop, self.length)
        end = self._start + (self.length if stop is None else stop)
        reading: Deferred[int] = self._data.read_to(consumer, self._start + start, end)
        return reading
