"""Broadcasts that a peer watches for its own machine: ``/stream-live/CENTRAL/NAME/index.m3u8``."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from twisted.internet.interfaces import IReactorTime

from p2pstream.content.links import Link
from p2pstream.interfaces import IFetches, ILiveData, IWebRequest
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.gateway import Gateway
from p2pstream.web.live.places import PLAYLIST
from p2pstream.web.live.segments import answer_playlist, answer_segment

__all__ = ["live_gateway", "refuse_live", "tell_live"]


def live_gateway(fetches: IFetches, clock: IReactorTime, limits: Limits = LIMITS) -> Gateway:
    """What gives them in segments."""

    async def film(request: IWebRequest, link: Link, called: str, data: Any) -> None:
        await request.say(HTTPStatus.NOT_FOUND, "It is a film, or is one now, and no broadcast.")

    async def live(request: IWebRequest, called: str, data: ILiveData) -> None:
        request.is_for_own_player()
        if called == PLAYLIST:
            await answer_playlist(request, data, clock, limits)
        else:
            await answer_segment(request, data, called)

    return Gateway(fetches, clock, limits, film, live)


async def tell_live(request: IWebRequest, called: str, data: ILiveData) -> None:
    """Answer what a page asks of the film beside it: that it is none."""
    if called == "facts.json":
        await request.show(json.dumps({"plays": "live"}).encode("ascii"), b"application/json")
    else:
        await request.say(HTTPStatus.NOT_FOUND, "A broadcast has nothing of that kind beside it.")


async def refuse_live(request: IWebRequest, called: str, data: ILiveData) -> None:
    """Answer that there is another way to it."""
    await request.say(
        HTTPStatus.NOT_FOUND, "It is a broadcast, which is shown in segments and not wrapped anew."
    )
