"""TLS on our connections: what is offered, and what proves that nobody stands between.

Nobody asks here who signed a certificate: the other end proves its id by the link's
AUTH, which signs a secret of this very TLS connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from OpenSSL import SSL
from OpenSSL.crypto import X509, PKey
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import (
    IOpenSSLClientConnectionCreator,
    IOpenSSLServerConnectionCreator,
    IProtocol,
    IProtocolFactory,
    IReactorTime,
    IStreamClientEndpoint,
    ITransport,
)
from twisted.internet.protocol import Factory
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.protocols.policies import ProtocolWrapper
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from p2pstream.content.sniff import Sniff
from p2pstream.transport.secure.credentials import Credentials, Shown
from p2pstream.transport.secure.tls_road import TLSRoad

__all__ = [
    "LINK",
    "Layer",
    "TLSEndpoint",
    "agreed",
    "binding",
    "dialling_context",
    "handshaken",
    "serving_context",
    "sniff_tls",
]

#: What links are called in TLS (RFC 7301).
LINK = "p2ps/1"

# RFC 5705; both ends use the same.
_LABEL = b"EXPORTER-p2ps-auth-1"

# A handshake record of any version.
_PREFACE = b"\x16\x03"


def sniff_tls(prefix: bytes) -> Sniff:
    """Whether a connection that begins so speaks TLS."""
    if prefix.startswith(_PREFACE):
        return Sniff.YES
    return Sniff.MORE if _PREFACE.startswith(prefix) else Sniff.NO


@implementer(IOpenSSLServerConnectionCreator)
class Layer:
    """Lays TLS over connections that were accepted.

    TLS 1.2 at least, no renegotiation, no resumption.  Who is connected already sees nothing
    of it when something else is ``shown``.

    :param names: what may be agreed on, best first.
    """

    def __init__(self, shown: Shown, names: Iterable[str], clock: IReactorTime) -> None:
        self._shown = shown
        self._names = [name.encode("ascii") for name in names]
        self._show(shown())
        self._factory = TLSMemoryBIOFactory(self, False, Factory(), clock)
        self._factory.noisy = False

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """Twisted: one connection's own side."""
        credentials = self._shown()
        if credentials is not self._credentials:
            self._show(credentials)
        return SSL.Connection(self._context, None)

    def over(self, inner: IProtocol) -> IProtocol:
        """A protocol for a transport, which is itself the transport of ``inner``."""
        # As the factory's own buildProtocol does, but for a protocol that is there already.
        return TLSRoad(self._factory, inner)

    def _show(self, credentials: Credentials) -> None:
        self._credentials, ours = credentials, self._names
        self._context = serving_context(credentials)
        self._context.set_alpn_select_callback(lambda _, theirs: _common(ours, theirs))


@implementer(IStreamClientEndpoint, IOpenSSLClientConnectionCreator)
class TLSEndpoint:
    """Dials as ``endpoint`` does, and speaks TLS.

    It fires when the connection is there; the handshake comes after, and a protocol that
    must know provides `IHandshakeListener`.

    :param context: of `dialling_context`, for who dials often; left out, one is made.
    """

    def __init__(
        self,
        endpoint: IStreamClientEndpoint,
        clock: IReactorTime,
        name: str = LINK,
        context: SSL.Context | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._context = dialling_context(name) if context is None else context

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:
        """Twisted: one connection's own side."""
        return SSL.Connection(self._context, None)

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:
        """Dial; fails as the endpoint does."""
        factory = TLSMemoryBIOFactory(self, True, protocolFactory, self._clock)
        factory.noisy = False
        factory.protocol = TLSRoad
        return self._endpoint.connect(factory).addCallback(_wrapped)


def dialling_context(name: str = LINK) -> SSL.Context:
    """What connections have in common that offer this name; to make one takes as long as a dial."""
    context = _context()
    context.set_alpn_protos([name.encode("ascii")])
    return context


def serving_context(credentials: Credentials) -> SSL.Context:
    """What connections have in common that show this certificate.

    :raises SSL.Error: OpenSSL takes the key for too weak.
    :raises TypeError: such a key signs nothing in TLS.
    """
    first, *others = (X509.from_cryptography(each) for each in credentials.certificates)
    key: Any = credentials.private_key
    return _context(privateKey=PKey.from_cryptography_key(key), certificate=first, extraCertChain=others)


def handshaken(transport: ITransport) -> bool:
    """Whether bytes may be exchanged: TLS is up, or there is none."""
    connection = _connection(transport)
    return connection is None or connection.get_peer_finished() is not None


def agreed(transport: ITransport) -> bytes:
    """The name that both ends agreed on in TLS; empty when there is none."""
    connection = _connection(transport)
    return b"" if connection is None else connection.get_alpn_proto_negotiated()


def binding(transport: ITransport) -> bytes | None:
    """32 bytes that only both ends of this connection know; None without TLS 1.3.

    Of earlier versions the exporter binds nothing (RFC 7627).
    """
    connection = _connection(transport)
    if connection is None or connection.get_protocol_version() < SSL.TLS1_3_VERSION:
        return None
    return connection.export_keying_material(_LABEL, 32)


def _connection(transport: ITransport) -> SSL.Connection | None:
    """OpenSSL's side of a transport; None where there is no TLS."""
    if not isinstance(transport, ProtocolWrapper):
        return None
    handle: Any = transport.getHandle()
    return handle if isinstance(handle, SSL.Connection) else None


def _context(**options: Any) -> SSL.Context:
    """Twisted's own choice of ciphers, and nothing that is older than TLS 1.2."""
    context: SSL.Context = CertificateOptions(raiseMinimumTo=TLSVersion.TLSv1_2, **options).getContext()
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    return context


def _common(ours: list[bytes], theirs: list[bytes]) -> Any:
    """Our favourite of those that both know; without one, TLS goes on with none agreed on."""
    return next((name for name in ours if name in theirs), SSL.NO_OVERLAPPING_PROTOCOLS)


def _wrapped(protocol: Any) -> Any:
    return protocol.wrappedProtocol
