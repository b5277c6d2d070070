"""Where a running peer is found by its user's other programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.logger import Logger

from p2pstream.errors import CannotListen
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.residency.downloads import Downloads
from p2pstream.protocols.resident.serving import ResidentFactory
from p2pstream.transport.private import is_ours

__all__ = ["Residence"]

_log = Logger()


class Residence:
    """Listens for them, and fetches what they want.

    :param listen: raises `CannotListen`.
    :param trusted: see `protocols.resident.line.MessageLine`.
    """

    def __init__(
        self,
        downloads: Downloads,
        clock: Any,
        listen: Callable[[IProtocolFactory], IListeningPort],
        limits: Limits = LIMITS,
        trusted: Callable[[Any], bool] = is_ours,
    ) -> None:
        self._downloads = downloads
        uplink = downloads.node.uplink
        self._factory = ResidentFactory(downloads.open, lambda: uplink.sent, clock, trusted, limits)
        self._listen = listen
        self._port: IListeningPort | None = None

    def start(self) -> None:
        """From now on; where that cannot be, they fetch alone."""
        try:
            self._port = self._listen(self._factory)
        except CannotListen as fault:
            _log.warn("{fault}; they fetch by themselves", fault=fault)

    def stop(self) -> Deferred[None]:
        """Let them go on alone; what was fetched is durable when it fires."""
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        if self._port is not None:
            await maybeDeferred(self._port.stopListening)
        self._factory.hang_up()
        await self._downloads.close()
