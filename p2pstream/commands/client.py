"""What a command asks the network with: a node, a private folder, centrals."""

from __future__ import annotations

import os
from random import Random
from typing import Any

from p2pstream.commands.keeping import Keeping
from p2pstream.content.addresses import Address
from p2pstream.data.secret import group_secret
from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.peer.dials import Dials
from p2pstream.peer.viewer import Viewer
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.client import CentralClient
from p2pstream.settings import KeepingSettings

__all__ = ["Client"]


class Client:
    """Made by `open`, ended by `close`.

    :ivar node: who we are to others.
    :ivar keeping: where streams and the ids of centrals are kept.
    """

    def __init__(self, reactor: Any, node: Viewer, keeping: Keeping) -> None:
        self.node = node
        self.keeping = keeping
        self._dials = Dials(reactor, node.limits)

    @classmethod
    async def open(
        cls, settings: KeepingSettings, reactor: Any, events: IEvents, workers: IWorkers
    ) -> Client:
        """As the settings say.

        :raises StorageError: the folder that they name cannot be used.
        :raises UsageError: the secret is none.
        """
        secret = await workers.run(group_secret, settings.secret_file, os.environ)
        keeping = await Keeping.open(settings.state, workers, reactor)
        return cls(reactor, Viewer(reactor, events, workers, Random(), secret=secret), keeping)

    def ask(self, central: Address) -> CentralClient:
        """What asks that central; to be started and closed."""
        # Who listens on this machine changes with every try, and nobody stands between.
        pins = {} if central.scope == "loopback" else self.keeping.pins
        return CentralClient([CentralLine(central, self.node, self._dials, pins)], self.node)

    async def close(self) -> None:
        """What was fetched is durable."""
        await self.keeping.close()
