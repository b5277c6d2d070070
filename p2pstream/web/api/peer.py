"""What the API of a peer can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from p2pstream.content.shown import (
    HashingSnapshot,
    ListedAt,
    NodeSnapshot,
    PeerLimits,
    SharedFolder,
    ShownFetch,
    ShownPartner,
    ShownShares,
    ShownTransfer,
    TrafficTotal,
    partners,
)
from p2pstream.interfaces import IPeerChanges, IPeerView
from p2pstream.limits import LIMITS, Limits
from p2pstream.web.api.operations import ApiCall, Operation
from p2pstream.web.api.pages import AFTER, WORDS, most_of

__all__ = ["PeerOperations"]


class PeerOperations:
    """Over what a peer shows, and what may be changed of it."""

    def __init__(self, view: IPeerView, changes: IPeerChanges, limits: Limits = LIMITS) -> None:
        self._view = view
        self._changes = changes
        self._limits = limits
        self._most = most_of(limits)
        #: All of them.
        self.table = (*self._asking(), *self._changing())

    def _asking(self) -> Iterator[Operation]:
        most, parts = self._most, (WORDS, AFTER, self._most)
        yield Operation("GET", "/node", "Who and how the peer is.", NodeSnapshot, self._node)
        yield Operation("GET", "/folders", "What it shares of.", tuple[SharedFolder, ...], self._folders)
        yield Operation("GET", "/shares", "What it shares, by name.", ShownShares, self._shares, parts)
        yield Operation("GET", "/hashing", "How keys are found out.", HashingSnapshot, self._hashing)
        yield Operation("GET", "/fetches", "What it fetches.", tuple[ShownFetch, ...], self._fetches)
        meaning = "Who gives what to whom, the newest last."
        yield Operation(
            "GET", "/transfers", meaning, tuple[ShownTransfer, ...], self._transfers, parameters=(most,)
        )
        meaning = "Who is at the other ends of those."
        yield Operation("GET", "/peers", meaning, tuple[ShownPartner, ...], self._peers, parameters=(most,))
        meaning = "What moved since it was started."
        yield Operation("GET", "/totals", meaning, tuple[TrafficTotal, ...], self._totals)
        yield Operation("GET", "/centrals", "Where it is listed.", tuple[ListedAt, ...], self._centrals)
        yield Operation("GET", "/limits", "What it may use.", PeerLimits, self._allowed)

    def _changing(self) -> Iterator[Operation]:
        path = {"path": str}
        yield Operation("PUT", "/folders", "Share a folder, too.", SharedFolder, self._add_folder, body=path)
        yield Operation("DELETE", "/folders", "Share a folder no more.", None, self._remove_folder, body=path)
        amount, rate = int | None, self._limits.uplink_least
        yield Operation(
            "PUT",
            "/limits",
            "Let it use so much from now on; what is left out stays as it is, null is no limit.",
            PeerLimits,
            self._set_limits,
            body={"upload": amount, "download": amount, "cache": amount, "local": bool},
            optional=frozenset({"upload", "download", "cache", "local"}),
            least={"upload": rate, "download": rate, "cache": self._limits.store_cache_least},
        )

    async def _node(self, call: ApiCall) -> NodeSnapshot:
        return self._view.node()

    async def _folders(self, call: ApiCall) -> list[SharedFolder]:
        return list(self._view.folders())

    async def _add_folder(self, call: ApiCall) -> SharedFolder:
        return await self._changes.add_folder(call.body["path"])

    async def _remove_folder(self, call: ApiCall) -> None:
        await self._changes.remove_folder(call.body["path"])

    async def _shares(self, call: ApiCall) -> ShownShares:
        return self._view.shares(call.query["words"], call.query["after"], call.query["most"])

    async def _hashing(self, call: ApiCall) -> HashingSnapshot:
        return self._view.hashing()

    async def _fetches(self, call: ApiCall) -> list[ShownFetch]:
        return list(self._view.fetches())

    async def _transfers(self, call: ApiCall) -> list[ShownTransfer]:
        return list(self._view.transfers(call.query["most"]))

    async def _peers(self, call: ApiCall) -> list[ShownPartner]:
        return partners(self._view.transfers(call.query["most"]))

    async def _totals(self, call: ApiCall) -> list[TrafficTotal]:
        return list(self._view.totals())

    async def _centrals(self, call: ApiCall) -> list[ListedAt]:
        return list(self._view.centrals())

    async def _allowed(self, call: ApiCall) -> PeerLimits:
        return self._view.limits()

    async def _set_limits(self, call: ApiCall) -> PeerLimits:
        return await self._changes.set_limits(replace(self._view.limits(), **call.body))
