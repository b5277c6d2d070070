"""The centrals that list a broadcast of ours: what they know of it, and are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import Address
from p2pstream.content.keys import LiveKey
from p2pstream.content.signed.heads import Head
from p2pstream.errors import P2PStreamError
from p2pstream.peer.client import Client
from p2pstream.protocols.central.client import CentralClient

__all__ = ["AiringCentrals"]


class AiringCentrals:
    """Asked once, before it begins; told over the connections on which it is listed."""

    def __init__(self, client: Client, *centrals: Address) -> None:
        self._client = client
        self._centrals = centrals

    def head(self, key: LiveKey) -> Deferred[Head | None]:
        """The newest head that any of them knows of; None where none does, or answers."""
        return Deferred.fromCoroutine(self._head(key))

    def holder(self, name: str) -> Deferred[bytes | None]:
        """The public key of whoever has a name there first; None where nobody has, or answers."""
        return Deferred.fromCoroutine(self._holder(name))

    def tell_head(self, key: LiveKey, head: bytes) -> Deferred[None]:
        """Have all of them know it."""
        return self._client.tell(lambda line: line.tell_head(key, head))

    def publish(self, record: bytes) -> Deferred[None]:
        """Have all of them know what a name stands for."""
        return self._client.tell(lambda line: line.publish(record))

    async def _head(self, key: LiveKey) -> Head | None:
        async with self._asked() as asked:
            return await asked.head(key)

    async def _holder(self, name: str) -> bytes | None:
        async with self._asked() as asked:
            try:
                found = await asked.resolve(name, 1)
            except P2PStreamError:
                return None
        record = found[0].record if found else None
        return record.pub if record is not None else None

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[CentralClient]:
        asked = self._client.ask(*self._centrals)
        asked.start()
        try:
            yield asked
        finally:
            await asked.close()
