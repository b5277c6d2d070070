"""Bytes that leave at once: what the kernel takes need not wait for the reactor."""

from __future__ import annotations

from typing import Any

from p2pstream.transport.ends import has_bytes

__all__ = ["Prompt"]


class Prompt:
    """Its `write` stands in for that of a TCP transport.

    Twisted's own asks the reactor to watch for room, and writes when that says that there
    is some: three calls of the kernel where one does.  What the kernel does not take goes
    that way, and so does all that comes before that is gone.
    """

    __slots__ = ("_transport",)

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """See `ITransport.write`."""
        transport = self._transport
        count, leaving = 0, transport.disconnecting or transport._aborting
        if transport.connected and not leaving and not has_bytes(transport):
            try:
                count = transport.socket.send(data)
            except OSError:
                # There is no room; or what is wrong, Twisted finds out in the same way.
                count = 0
        if count < len(data):
            # The method of its class, over which we stand.
            type(transport).write(transport, data[count:])
