"""Somebody who ends TLS in the middle, and passes on what is said in it."""

from __future__ import annotations

from typing import Any

from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Factory, Protocol

__all__ = ["Between"]


class Onward(Protocol):
    """The far half."""

    transport: Any

    def __init__(self, near: Between) -> None:
        self.near = near

    def connectionMade(self) -> None:
        """Pass on what waited."""
        self.near.onward = self.transport
        self.transport.write(self.near.waiting)

    def dataReceived(self, data: bytes) -> None:
        """Pass it back."""
        self.near.transport.write(data)


class Between(Protocol):
    """The near half; dials on by ``endpoint``."""

    transport: Any

    def __init__(self, endpoint: IStreamClientEndpoint) -> None:
        self.endpoint = endpoint
        self.waiting = b""
        self.onward: Any = None

    def connectionMade(self) -> None:
        """Dial on."""
        self.endpoint.connect(Factory.forProtocol(lambda: Onward(self)))  # type: ignore[arg-type]

    def dataReceived(self, data: bytes) -> None:
        """Pass it on."""
        if self.onward is None:
            self.waiting += data
        else:
            self.onward.write(data)
