"""A stream by way of the peer that runs for the same user; imported only where one does."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.commands.arguments import Errand
from p2pstream.commands.fetching.destination import Destination
from p2pstream.content.links import Link
from p2pstream.data.disk import permit
from p2pstream.interfaces import IEvents
from p2pstream.peer.client import Client
from p2pstream.peer.residency.resident_stream import fetch_through
from p2pstream.peer.streams import OpenStream
from p2pstream.protocols.resident.asking import Resident
from p2pstream.protocols.resident.messages import Fetch, fingerprint
from p2pstream.settings import FetchSettings
from p2pstream.transport.private import is_ours

__all__ = ["open_through"]


async def open_through(
    endpoint: IStreamClientEndpoint,
    client: Client,
    errand: Errand[FetchSettings],
    into: Destination | None,
    alone: Callable[[Link], Deferred[OpenStream]],
    events: IEvents,
    trusted: Callable[[Any], bool] = is_ours,
) -> OpenStream:
    """Have it fetched; see `fetch_through`.

    :param endpoint: dials that peer.
    :param client: of this process.
    """
    node, settings = client.node, errand.settings
    path, replace = (os.path.abspath(into.path), into.replace) if into else (None, True)
    group = fingerprint(node.secret)
    wanted = Fetch(str(errand.link), path, replace, settings.accept_publisher, settings.peer_port, group)
    resident = Resident(endpoint, trusted, node.limits)
    stream = await fetch_through(resident, wanted, alone, events, node.reactor, node.limits)
    if path is not None:
        # Whoever made it may withhold more from others than we do: daemons do.
        stream.done.addCallback(lambda _: node.workers.run(permit, path))
    return stream
