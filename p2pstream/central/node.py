"""What protocols are given of a central."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from p2pstream.central.directory import Directory
from p2pstream.content.addresses import Address
from p2pstream.interfaces import ICentral
from p2pstream.protocols.node import Means, Node

__all__ = ["CentralNode"]


class CentralNode(Node):
    """A central: ``lookup`` answers from its directory.

    :param desk: who answers guests; left out, only classic is spoken.
    """

    role = "central"

    def __init__(self, means: Means, directory: Directory, desk: ICentral | None = None) -> None:
        super().__init__(means, directory)
        #: All that is known.
        self.directory = directory
        self._desk = desk

    def __conform__(self, interface: Any) -> Any:
        """zope.interface: ``ICentral(node)`` is its desk."""
        return self._desk if interface is ICentral else None

    def lookup(self, name: str, asker: Address | None = None) -> Sequence[Address]:
        """See `INode.lookup`."""
        return self.directory.lookup(name, asker)
