"""Where the paths of a node lead: to its resources, by their first part."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.web.resource import IResource, Resource

from p2pstream.interfaces import INode

__all__ = ["Places"]


class Places(Resource):
    """All of it; what there is may change from one request to the next."""

    def __init__(self, node: INode) -> None:
        super().__init__()
        self._node = node

    def place(self, path: bytes) -> IResource | None:
        """Where a path leads that is percent-encoded; None: nowhere."""
        return self._node.resources.get(unquote_to_bytes(path[1:].partition(b"/")[0]))

    def getChildWithDefault(self, path: bytes, request: Any) -> IResource:
        """Twisted: the first part of a path that leads somewhere."""
        return self._node.resources[path]
