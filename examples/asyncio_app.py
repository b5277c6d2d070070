"""Fetch films inside a program of asyncio's, on its own event loop, several at a time.

``python examples/asyncio_app.py p2pstream://192.0.2.1/film.mp4 p2pstream://192.0.2.1/other.mp4``
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from twisted.internet import asyncioreactor
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from p2pstream.content.links import Link
from p2pstream.peer.client import Client
from p2pstream.transport.timing import make_monotonic


def start_twisted() -> Any:
    """Twisted's reactor, at work on the event loop that runs."""
    asyncioreactor.install(asyncio.get_running_loop())
    from twisted.internet import reactor

    make_monotonic(reactor)
    reactor.startRunning(installSignalHandlers=False)  # type: ignore[attr-defined]
    return reactor


async def keep(client: Client, link: Link) -> None:
    """Fetch one film into a file of its name."""
    film = await client.fetch(link, into=os.path.basename(link.name), replace=False)
    try:
        await film.done
        print(link.name, film.data.length)
    finally:
        await film.close()


async def fetch(reactor: Any, links: list[str]) -> None:
    """What Twisted does ends up in one Deferred, which asyncio can wait for."""
    async with await Client.open(reactor) as client:
        kept = [Deferred.fromCoroutine(keep(client, Link.parse(link))).addErrback(say) for link in links]
        for each in kept:
            await each


def say(failure: Failure) -> None:
    """One that does not come is no reason to give up the others."""
    print(failure.getErrorMessage(), file=sys.stderr)


async def main() -> None:
    """An asyncio program: whatever else it does goes on meanwhile."""
    fetching = Deferred.fromCoroutine(fetch(start_twisted(), sys.argv[1:]))
    await fetching.asFuture(asyncio.get_running_loop())


if __name__ == "__main__":
    asyncio.run(main())
