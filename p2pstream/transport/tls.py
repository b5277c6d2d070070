"""TLS on links: what both ends agree on, and what proves that nobody stands between.

Nobody asks whether a certificate is signed by whom: the other end proves its id through
the link's AUTH, which signs a secret of this very TLS connection (D1).
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.interfaces import ITransport
from twisted.protocols.policies import ProtocolWrapper

__all__ = ["binding", "handshaken"]

#: RFC 5705; both ends use the same.
_LABEL = b"EXPORTER-p2ps-auth-1"


def _connection(transport: ITransport) -> SSL.Connection | None:
    """OpenSSL's side of a transport; None where there is no TLS."""
    if not isinstance(transport, ProtocolWrapper):
        return None
    handle: Any = transport.getHandle()
    return handle if isinstance(handle, SSL.Connection) else None


def handshaken(transport: ITransport) -> bool:
    """Whether bytes may be exchanged: TLS is up, or there is none."""
    connection = _connection(transport)
    return connection is None or connection.get_peer_finished() is not None


def binding(transport: ITransport) -> bytes | None:
    """32 bytes that only both ends of this connection know; None without TLS 1.3.

    Of earlier versions the exporter binds nothing (RFC 7627).
    """
    connection = _connection(transport)
    if connection is None or connection.get_protocol_version() < SSL.TLS1_3_VERSION:
        return None
    return connection.export_keying_material(_LABEL, 32)
