"""Watch a film of one peer while it arrives, without asking a central.

``python examples/watch.py 192.0.2.7 film.mp4``
"""

from __future__ import annotations

import sys
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.task import react

from p2pstream.data.disk import scratch_file
from p2pstream.data.memory import BufferData
from p2pstream.data.partial import PartialData
from p2pstream.data.workers import ThreadWorkers
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.transport.connection import Connection
from p2pstream.transport.timing import make_monotonic


async def watch(reactor: Any, address: str, name: str) -> None:
    """Hand what the transfer fills to the player."""
    make_monotonic(reactor)
    workers = ThreadWorkers(reactor)

    film = PartialData(scratch_file(), workers)
    peer = await Connection.connect(TCP4ClientEndpoint(reactor, address, 2050))
    await peer.send(BufferData(name.encode()))
    filling: Deferred[None] = peer.receive(film).addCallbacks(lambda _: film.finish(), film.abort)

    player = SfmlPlayer(reactor)
    await player.open(name)
    await player.play(film)

    await player.stop()
    peer.abort()
    await filling
    await film.close()
    await workers.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    react(lambda *them: Deferred.fromCoroutine(watch(*them)), sys.argv[1:])
