"""How others are dialled: by number or by name, in the open or under TLS."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from twisted.internet.endpoints import HostnameEndpoint, TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.secure.tls import TLSEndpoint, dialling_context

__all__ = ["Dials"]


class Dials:
    """Makes endpoints.

    :param reactor: the whole of it.
    :param own: the one of our addresses that connections come from; None: whichever fits.
    """

    def __init__(self, reactor: Any, limits: Limits = LIMITS, own: Address | None = None) -> None:
        self._reactor = reactor
        self._timeout_s = limits.connect_s
        self._own = own

    def __call__(self, address: Address, tls: bool = False) -> IStreamClientEndpoint:
        """How to dial ``address``."""
        endpoint = self._plain(address)
        return TLSEndpoint(endpoint, self._reactor, context=self._context) if tls else endpoint

    @cached_property
    def _context(self) -> Any:
        return dialling_context()

    def _plain(self, address: Address) -> IStreamClientEndpoint:
        # A literal needs no resolver, and so not the thread that HostnameEndpoint would start.
        if address.ip is None:
            host = address.host.encode("ascii")
            return HostnameEndpoint(self._reactor, host, address.port, self._timeout_s, self._from(address))
        kind = TCP4ClientEndpoint if address.is_ipv4 else TCP6ClientEndpoint
        return kind(self._reactor, address.host, address.port, self._timeout_s, self._from(address))

    def _from(self, address: Address) -> tuple[str, int] | None:
        own = self._own
        if own is None or (address.ip is not None and address.is_ipv4 != own.is_ipv4):
            return None
        return own.host, 0
