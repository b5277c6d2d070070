"""What the API of a central can be asked."""

from __future__ import annotations

from p2pstream.content.shown import CatalogueCounts, NodeSnapshot, ShownStream, ShownStreams
from p2pstream.interfaces import ICentralView
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.api.operations import ApiCall, Operation
from p2pstream.web.api.pages import AFTER, WORDS, most_of

__all__ = ["CentralOperations"]


class CentralOperations:
    """Over what a central shows; nothing of it can be changed."""

    def __init__(self, view: ICentralView, limits: Limits = LIMITS) -> None:
        self._view = view
        #: All of them.
        self.table = (
            Operation("GET", "/node", "Who and how the central is.", NodeSnapshot, self._node),
            Operation("GET", "/counts", "How much it knows.", CatalogueCounts, self._counts),
            Operation(
                "GET",
                "/streams",
                "What it lists, by name, without peers; a word finds what has one that begins so.",
                ShownStreams,
                self._streams,
                (WORDS, AFTER, most_of(limits)),
            ),
            Operation(
                "GET",
                "/streams/{name}",
                "All streams of a name, the owner's first, with some of those who have each.",
                tuple[ShownStream, ...],
                self._named,
            ),
        )

    async def _node(self, call: ApiCall) -> NodeSnapshot:
        return self._view.node()

    async def _counts(self, call: ApiCall) -> CatalogueCounts:
        return self._view.counts()

    async def _streams(self, call: ApiCall) -> ShownStreams:
        return await self._view.streams(call.query["words"], call.query["after"], call.query["most"])

    async def _named(self, call: ApiCall) -> list[ShownStream]:
        return list(await self._view.named(call.name, call.asker))
