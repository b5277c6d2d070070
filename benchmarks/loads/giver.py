"""Fetching a film and giving on what is here, as ``p2p-play`` and ``p2p-get`` do."""

from __future__ import annotations

from typing import Any

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.links import Link
from p2pstream.peer.client import Client
from p2pstream.peer.streams import OpenStream
from p2pstream.settings import FetchSettings


async def begin(reactor: Any, settings: FetchSettings, central: str, name: str) -> tuple[Client, OpenStream]:
    """Both are closed by whoever asked, the stream first."""
    client = await Client.open(reactor, settings)
    await client.give(beside_peer=True)
    link = Link(Address(central, CENTRAL_PORT), name)
    stream = await client.fetch(link)
    client.listed_at(link.central)
    return client, stream
