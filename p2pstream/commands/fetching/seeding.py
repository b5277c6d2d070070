"""What goes on after a command has done its work, where that is wished: others get what is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from twisted.internet.defer import CancelledError, Deferred

from p2pstream.commands.ending import Ending
from p2pstream.interfaces import IEvents
from p2pstream.peer.streams import OpenStream

__all__ = ["Giver", "seed"]


class Giver(Protocol):
    """Who has others get it, as `peer.client.Client`."""

    def when_refused(self) -> Deferred[Exception]:
        """Fires with why nobody can come for it; maybe never."""


class Sent(Protocol):
    """Who counts what others are given."""

    @property
    def sent(self) -> int:
        """Bytes, so far."""


async def seed(
    stream: OpenStream,
    giver: Giver,
    giving: Sent,
    seconds: Callable[[], float],
    events: IEvents,
    ending: Ending,
) -> None:
    """Fetch nothing more, and give on what is here until this is cancelled, which is no failure.

    :param giving: counts what is sent.
    :param seconds: a monotonic clock.
    """
    await stream.stop()
    ending.done()
    now, began = stream.view.snapshot(), seconds()
    if not (now.verified and now.have):
        reason = "nothing of it is here" if now.verified else "nothing proves it"
        events.happened("not_seeding", name=now.name, reason=reason)
        return
    events.happened("seeding", name=now.name)
    try:
        events.happened("not_seeding", name=now.name, reason=await giver.when_refused())
    except CancelledError:
        events.happened("seeded", name=now.name, sent=giving.sent, seconds=round(seconds() - began, 3))
