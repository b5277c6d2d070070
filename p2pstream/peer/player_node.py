"""The node of somebody who only watches: it asks others and has nothing to give."""

from __future__ import annotations

from random import Random
from typing import Any

from zope.interface import implementer

from p2pstream.content.names import NameTable
from p2pstream.interfaces import IEvents, INames, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.node import Node

__all__ = ["PlayerNode"]


@implementer(INames)
class _NoNames(NameTable):
    """No names at all."""


class PlayerNode(Node):
    """What a protocol is given in ``p2p-play`` and ``p2p-get``.

    :param reactor: the whole of it, monotonic.
    """

    role = "player"

    def __init__(
        self,
        reactor: Any,
        events: IEvents,
        workers: IWorkers,
        random: Random,
        limits: Limits = LIMITS,
        secret: bytes | None = None,
    ) -> None:
        super().__init__(reactor, _NoNames(), events, workers, random, limits, secret=secret)
