"""What is seen to before a broadcast is given: that there is something, and that it is what it should be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime

from p2pstream.content.mpegts import PACKET, SURE_BYTES, SYNC
from p2pstream.interfaces import IArriving, IData, IWebRequest
from p2pstream.web.kept import kept

__all__ = ["is_mpegts", "say_no_film", "say_nothing_yet", "until"]


async def until(data: IArriving, holds: Callable[[], bool], clock: IReactorTime, most_s: float) -> bool:
    """Return when ``holds`` does, as ``data`` changes; whether it does, after so long."""
    waiting: Deferred[None] = Deferred()

    def go_on() -> None:
        if not waiting.called:
            waiting.callback(None)

    def look() -> None:
        if not waiting.called and holds():
            # Whoever told of the change is done with it first.
            clock.callLater(0, go_on)

    stop = data.observe(look)
    try:
        look()
        with suppress(TimeoutError):
            await waiting.addTimeout(most_s, clock)
    finally:
        stop()
    return holds()


async def say_nothing_yet(request: IWebRequest) -> None:
    """Answer that it should be asked for again."""
    request.setHeader(b"Retry-After", b"2")
    await request.say(
        HTTPStatus.SERVICE_UNAVAILABLE, "Nothing of the broadcast is here yet that a player could begin with."
    )


async def is_mpegts(data: IData, start: int, stop: int | None = None) -> bool:
    """Whether packets of MPEG-TS begin there, and no list of links that a player would follow.

    Fails as `IData.read_to` does.
    """
    enough = start + SURE_BYTES
    head = await kept(data, start, enough if stop is None else min(enough, stop))
    return set(head[::PACKET]) == set(SYNC)


async def say_no_film(request: IWebRequest) -> None:
    """Answer that it is not to be had so."""
    await request.say(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "It is not served: what was broadcast there is no MPEG-TS."
    )
