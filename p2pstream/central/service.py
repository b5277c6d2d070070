"""The central while it runs."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IProtocolFactory

from p2pstream.central.mapping_file import MappingFile
from p2pstream.central.node import CentralNode
from p2pstream.content.text import count_text
from p2pstream.transport.listening import ListeningService

__all__ = ["CentralService"]


class CentralService(ListeningService):
    """Answers who has what, as a mapping file says.

    :param factory: makes the protocols that serve connections, for the same node.
    :param host: an IP literal; empty for all addresses.
    """

    def __init__(
        self,
        reactor: Any,
        node: CentralNode,
        mapping: MappingFile,
        factory: IProtocolFactory,
        host: str,
        port: int,
    ) -> None:
        super().__init__(reactor, host, port, factory)
        self._node = node
        self._mapping = mapping

    def startService(self) -> None:
        """Listen, and follow the mapping, which has been read once."""
        super().startService()
        self._mapping.start(self._node.reactor, self._node.workers)
        what = f"knows {count_text(len(self._node.table), 'name')}"
        self._node.events.happened("listening", role="p2p-central", address=str(self.address), what=what)

    def stopService(self) -> Deferred[Any]:
        """Stop; fires when nothing is left running."""
        self._mapping.stop()
        return super().stopService()

    def look_again(self) -> None:
        """Read the mapping again, changed or not."""
        self._mapping.read_again()
