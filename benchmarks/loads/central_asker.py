"""One kept connection to a central, as lean as can be: the load must not cost more than what it loads."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from time import monotonic

from OpenSSL import SSL

from p2pstream.content.signing import Identity
from p2pstream.protocols.central import messages as say
from p2pstream.protocols.central.session import CentralAsking
from p2pstream.protocols.link.framing import FRAME, frame_head
from p2pstream.protocols.link.greeting import Terms
from p2pstream.protocols.link.session import LinkSession

__all__ = ["Asker"]

_LABEL = b"EXPORTER-p2ps-auth-1"


def _context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_alpn_protos([b"p2ps/1"])
    return context


class Asker:
    """Connects and proves who it is while it is made; then asks and hears without waiting.

    :param heard: called with the seconds that each answer took, and its first byte's type.
    """

    _shared = _context()

    def __init__(self, host: str, port: int, heard: Callable[[int, float], None]) -> None:
        self.socket = socket.create_connection((host, port))
        self._heard = heard
        self._tls = SSL.Connection(self._shared, self.socket)
        self._tls.set_connect_state()
        self._tls.do_handshake()
        self.identity = Identity(os.urandom(32))
        binding = self._tls.export_keying_material(_LABEL, 32)
        self._session = LinkSession(
            [CentralAsking()], Terms(self.identity, os.urandom(32), binding), True, monotonic()
        )
        while self._session.opposite is None or not self._session.opposite.authenticated:
            self._flush()
            self._session.receive(self._tls.recv(65_536), monotonic())
        self._flush()
        self.socket.setblocking(False)
        #: When what is not answered yet was asked, by its number.
        self._asked: dict[bytes, float] = {}
        self._last = 0
        self._left = b""

    def ask(self, message: say.Request) -> None:
        """Ask; the number that the request has is not minded."""
        frame = say.frame(message)
        self.ask_raw(frame_head(frame.type, frame.channel, len(frame.body)), frame.body[4:])

    def ask_raw(self, head: bytes, rest: bytes) -> None:
        """The same, with both parts of the frame around its number made before."""
        self._last += 1
        number = self._last.to_bytes(4, "big")
        self._asked[number] = monotonic()
        self._tls.send(head + number + rest)

    def hear(self) -> None:
        """Take what came."""
        try:
            came = self._left + self._tls.recv(262_144)
        except SSL.WantReadError:
            return
        at = 0
        while len(came) - at >= FRAME.size:
            high, low, type, _ = FRAME.unpack_from(came, at)
            end = at + FRAME.size + (high << 16 | low)
            if end > len(came):
                break
            # What is told unasked, as that it cannot be dialled, answers nothing.
            asked = self._asked.pop(came[at + FRAME.size : at + FRAME.size + 4], None)
            if type >= 0x60 and asked is not None:
                self._heard(type, monotonic() - asked)
            at = end
        self._left = came[at:]

    def _flush(self) -> None:
        while raw := self._session.take(65_536, monotonic()):
            self._tls.sendall(raw)
