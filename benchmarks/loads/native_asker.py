"""One link to a peer, as lean as can be: the load must not cost more than what it loads.

It proves who it is, as every link must, and then takes what comes without proving it.
"""

from __future__ import annotations

import os
import socket
from time import monotonic
from typing import Any

from OpenSSL import SSL

from p2pstream.content.keys import FileKey
from p2pstream.content.signing import Identity
from p2pstream.protocols.link.framing import FRAME, frame_head
from p2pstream.protocols.link.greeting import UNBOUND, Terms
from p2pstream.protocols.link.session import LinkSession
from p2pstream.protocols.native.messages import DATA, DATA_HEAD, Open, Request
from p2pstream.protocols.native.session import NativeSession

__all__ = ["CHANNEL", "NativeAsker"]

#: The only one.
CHANNEL = 1

_LABEL = b"EXPORTER-p2ps-auth-1"
_BUFFER = bytearray(1 << 20)


def _context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_alpn_protos([b"p2ps/1"])
    return context


class NativeAsker:
    """Connects and proves who it is while it is made; then asks and hears without waiting.

    :param identity: shared by all: a signature is what costs most of a link.
    :param own: the address that it comes from.
    :ivar taken: bytes of units that came.
    """

    _shared = _context()

    def __init__(self, host: str, port: int, identity: Identity, own: str = "", tls: bool = False) -> None:
        plain = socket.create_connection((host, port), 10, (own, 0) if own else None)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = plain
        self._pipe: Any = plain
        binding = UNBOUND
        if tls:
            self._pipe, binding = self._secured(plain)
        session = LinkSession(
            [NativeSession(lambda *_: None)], Terms(identity, os.urandom(32), binding), True, monotonic()
        )
        while session.opposite is None or not session.opposite.authenticated:
            self._pipe.sendall(session.take(65_536, monotonic()))
            session.receive(self._pipe.recv(65_536), monotonic())
        self._pipe.sendall(session.take(65_536, monotonic()))
        plain.setblocking(False)
        self.taken = 0
        self._asked = 0
        self._head = b""
        self._left = 0
        self._data = False

    def open(self, key: FileKey) -> None:
        """Open the channel."""
        self._send(Open.type, Open(key).pack())

    def ask(self, first: int, count: int) -> None:
        """Ask for units, in time that is long enough."""
        self._asked += 1
        self._send(Request.type, Request(self._asked, first, count).pack())

    def hear(self) -> int:
        """Take what there is; how many bytes of units that was."""
        before = self.taken
        while True:
            try:
                count = self.socket.recv_into(_BUFFER)
            except BlockingIOError:
                return self.taken - before
            if not count:
                raise RuntimeError("the peer hung up")
            self._count(memoryview(_BUFFER)[:count])

    def _count(self, view: memoryview) -> None:
        while view:
            if self._left:
                part = min(self._left, len(view))
                self._left -= part
                self.taken += part * self._data
                view = view[part:]
                continue
            need = FRAME.size - len(self._head)
            self._head += view[:need]
            view = view[need:]
            if len(self._head) == FRAME.size:
                high, low, type, _ = FRAME.unpack(self._head)
                self._head, self._left, self._data = b"", high << 16 | low, type == DATA
                self.taken -= DATA_HEAD.size * self._data

    def _send(self, type: int, body: bytes) -> None:
        self._pipe.sendall(frame_head(type, CHANNEL, len(body)) + body)

    def _secured(self, plain: socket.socket) -> tuple[SSL.Connection, bytes]:
        tls = SSL.Connection(self._shared, plain)
        # Its handshake knows no timeouts of Python's.
        plain.setblocking(True)
        tls.set_connect_state()
        tls.do_handshake()
        return tls, tls.export_keying_material(_LABEL, 32)
