"""The central while it runs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred, gatherResults, succeed
from twisted.internet.interfaces import IProtocolFactory
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.central.desk import Desk
from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.node import CentralNode
from p2pstream.central.tending import Tending
from p2pstream.content.text import count_text
from p2pstream.transport.ports.listening import ListeningService

__all__ = ["CentralService"]

_log = Logger()


class CentralService(ListeningService):
    """Answers who has what: as peers say, and as a mapping file does.

    :param factory: makes the protocols that serve connections, for the same node.
    :param host: an IP literal; empty for all addresses.
    """

    def __init__(
        self,
        node: CentralNode,
        mapping: MappingFile,
        desk: Desk,
        tending: Tending,
        factory: IProtocolFactory,
        host: str,
        port: int,
    ) -> None:
        super().__init__(node, factory, host, port)
        self._node = node
        self._mapping = mapping
        self._desk = desk
        self._tending = tending
        self._starting: Deferred[None] = succeed(None)
        #: Whether the names from earlier runs are still to be taken in.
        self.loading = True

    def startService(self) -> None:
        """Listen, and follow the mapping, which has been read once."""
        super().startService()
        self._mapping.start(self._node.reactor, self._node.workers)
        self._tending.start()
        self._starting = Deferred.fromCoroutine(self._load())
        self._starting.addErrback(self._broke)

    def stopService(self) -> Deferred[Any]:
        """Stop; fires when nothing is left running, and what is known is kept."""
        self._starting.cancel()
        self._mapping.stop()
        self._desk.stop()
        return Deferred.fromCoroutine(self._stop(super().stopService()))

    def look_again(self) -> None:
        """Read the mapping again, changed or not."""
        self._mapping.read_again()

    async def _stop(self, closed: Deferred[Any]) -> None:
        await gatherResults([closed, self._tending.stop()], consumeErrors=True)
        await self._node.directory.catalogue.close()

    async def _load(self) -> None:
        """Take in the names from earlier runs; that we are ready is told after that."""
        directory, began = self._node.directory, self._node.reactor.seconds()
        await directory.load()
        self.loading = False
        if count := directory.catalogue.count():
            seconds = self._node.reactor.seconds() - began
            self._node.events.happened("names_loaded", names=count, seconds=seconds)
        what = f"knows {count_text(len(directory), 'name')}"
        self._node.events.happened("listening", role="p2p-central", address=str(self.address), what=what)

    def _broke(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            _log.failure("the names from earlier runs cannot be read", failure)
