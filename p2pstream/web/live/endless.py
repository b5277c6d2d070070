"""A broadcast as one stream without end, for players that know no playlists."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.mpegts import PACKET
from p2pstream.errors import Gone, P2PStreamError, RangeError
from p2pstream.interfaces import ILiveData
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.live.waiting import is_mpegts, say_no_film, say_nothing_yet, until
from p2pstream.web.pushed import Pushed

__all__ = ["answer_endless"]

#: Whole packets of MPEG-TS, read at once: 250 kB.
_STEP = PACKET * 1330


async def answer_endless(
    request: Any, data: ILiveData, clock: IReactorTime, behind: int | None, limits: Limits = LIMITS
) -> None:
    """Answer with all that comes from the newest segment on, until the broadcast ends or the client leaves.

    :param behind: how many segments it may lag before it is led to the newest; None: as far as there is
        anything.
    """

    def begun() -> bool:
        return data.segments.entry(data.settled) is not None or data.length is not None

    if not await until(data, begun, clock, limits.live_shown_s):
        await say_nothing_yet(request)
        return
    begin = _newest(data)
    if data.length is None and not await is_mpegts(data, begin):
        await say_no_film(request)
        return
    for header, value in ((b"Accept-Ranges", b"none"), (b"Cache-Control", b"no-store")):
        request.setHeader(header, value)
    pushed = Pushed(request, b"video/mp2t")
    if request.method == b"HEAD":
        pushed.write(b"")
    else:
        try:
            await _follow(data, pushed, begin, behind)
        except (P2PStreamError, CancelledError) as fault:
            request.abort(str(fault) or "the client left")
            return
    await request.conclude()


async def _follow(data: ILiveData, pushed: Pushed, at: int, behind: int | None) -> None:
    while data.length is None or at < data.length:
        if behind is not None and data.segments.after(at) > behind:
            at = _newest(data)
        before = pushed.count
        try:
            stop = at + _STEP if data.length is None else min(at + _STEP, data.length)
            await data.read_to(pushed, at, stop)
        except Gone:
            # It was paused for longer than anything is kept.
            at = max(_newest(data), data.start)
            continue
        except RangeError:
            # It has ended meanwhile.
            pass
        at += pushed.count - before
        await pushed.emptied()


def _newest(data: ILiveData) -> int:
    entry = data.segments.entry(data.settled)
    return data.start if entry is None else entry
