"""What a request asks for is opened, or it is said why it is not."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.interfaces import IReactorTime

from p2pstream.errors import BadName, NotShared, P2PStreamError
from p2pstream.interfaces import IWebRequest
from p2pstream.limits import Limits

__all__ = ["opened_or_said"]


async def opened_or_said(
    request: IWebRequest, opens: Callable[[], Deferred[Any]], clock: IReactorTime, limits: Limits
) -> Any:
    """What ``opens`` fires with; None: the request was answered with why that cannot be had.

    :param opens: raises or fails with `BadName` or `NotShared` where there is none.
    """
    try:
        return await opens().addTimeout(limits.stall_s, clock)
    except (BadName, NotShared) as fault:
        await request.say(HTTPStatus.NOT_FOUND, str(fault))
    except TimeoutError:
        await request.say(HTTPStatus.SERVICE_UNAVAILABLE, "It could not be opened in time.")
    except P2PStreamError as fault:
        await request.say(HTTPStatus.SERVICE_UNAVAILABLE, str(fault))
    return None
