"""Reading a film to its end, which may never come: for whoever takes it, or for nobody."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IConsumer
from twisted.python.failure import Failure
from zope.interface import implementer

from p2pstream.errors import ReadStopped
from p2pstream.peer.streams import OpenStream

__all__ = ["drain", "read_all"]


@implementer(IConsumer)
class Void:
    """Takes whatever comes, and keeps nothing."""

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """It is never asked to pause."""

    def unregisterProducer(self) -> None:
        """Nothing was to be done with it."""

    def write(self, data: bytes) -> None:
        """It has been read."""


async def drain(stream: OpenStream) -> None:
    """Read all of it, from its first byte to its last, as fast as it comes.

    :raises P2PStreamError: what its fetching failed with.
    """
    await read_all(stream, Void())


async def read_all(stream: OpenStream, consumer: IConsumer) -> None:
    """Have a consumer take all of it, from its first byte to its last.

    What is not here is waited for as long as somebody may send it, and no longer.

    :raises P2PStreamError: what its fetching failed with.
    """
    faults: list[Failure] = []
    reading = stream.data.read_to(consumer)

    def stop(failure: Failure) -> Failure:
        faults.append(failure)
        reading.cancel()
        return failure

    stream.done.addErrback(stop)
    try:
        await reading
    except ReadStopped:
        for fault in faults:
            fault.raiseException()
        raise
