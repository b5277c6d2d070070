"""Who was caught lying about a broadcast, and is not met in it again.  Pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from p2pstream.limits import Limits

_K = TypeVar("_K")

__all__ = ["Convicts"]


class Convicts:
    """By host and id: links are in plaintext, where an id can be borrowed, but not from elsewhere.

    Whoever takes another id is believed until it lies again; who does so too often is for
    `swarm.bans`, which know hosts.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._until: OrderedDict[tuple[str, bytes], float] = OrderedDict()
        self._dialled: OrderedDict[str, float] = OrderedDict()

    def convict(self, address: str, id: bytes, now: float) -> None:
        """What it sent was proven wrong."""
        _keep(self._until, (_host(address), id), now + self._limits.ban_key_s, self._limits)
        _keep(self._dialled, address, now + self._limits.ban_key_s, self._limits)

    def refuses(self, address: str, id: bytes, now: float) -> bool:
        """Whether it is left alone; one without an id cannot be told from others on its host."""
        return bool(id) and self._until.get((_host(address), id), 0.0) > now

    def avoids(self, address: str, now: float) -> bool:
        """Whether nobody is to be dialled there."""
        return self._dialled.get(address, 0.0) > now


def _keep(until: OrderedDict[_K, float], who: _K, then: float, limits: Limits) -> None:
    until[who] = then
    until.move_to_end(who)
    if len(until) > limits.live_convicts:
        until.popitem(last=False)


def _host(address: str) -> str:
    """Of ``HOST:PORT``; a link from there has another port each time."""
    return address.rpartition(":")[0]
