"""The reactor of a process on a simulated host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import (
    IConnector,
    IDelayedCall,
    IListeningPort,
    IProtocolFactory,
    IReactorTCP,
    IReactorTime,
)
from zope.interface import implementer

from p2pstream.testing.sim.connector import SimConnector
from p2pstream.testing.sim.host import Host

__all__ = ["SimReactor"]


@implementer(IReactorTime, IReactorTCP)
class SimReactor:
    """Time and TCP, as long as the process runs; it has no descriptors."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._clock = host.network.clock
        self._pulse = host.pulse

    def seconds(self) -> float:
        """See `IReactorTime`."""
        return self._clock.seconds()

    def callLater(
        self, delay: float, callable: Callable[..., Any], *args: object, **kwargs: object
    ) -> IDelayedCall:
        """See `IReactorTime`."""
        return self._clock.call_later(self._pulse, delay, callable, *args, **kwargs)

    def getDelayedCalls(self) -> list[IDelayedCall]:
        """See `IReactorTime`: those of this process."""
        calls = self._clock.getDelayedCalls()
        return [call for call in calls if getattr(call, "owner", None) is self._pulse]

    def callFromThread(self, callable: Callable[..., Any], *args: object, **kwargs: object) -> None:
        """There are no threads: in a moment."""
        self.callLater(0, callable, *args, **kwargs)

    def listenTCP(
        self, port: int, factory: IProtocolFactory, backlog: int = 50, interface: str = ""
    ) -> IListeningPort:
        """See `IReactorTCP`; a host has one address, whatever is said."""
        return self._host.network.listen(self._host, port, factory, self)

    def connectTCP(
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30.0,
        bindAddress: tuple[str, int] | None = None,
    ) -> IConnector:
        """See `IReactorTCP`."""
        connector = SimConnector(self._host, (host, port), factory, timeout, self)
        connector.connect()
        return connector
