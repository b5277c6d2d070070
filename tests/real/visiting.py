"""What a central lists, asked by the test itself: to start ``p2p-list`` for each look takes a second."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from OpenSSL import SSL

from p2pstream.content.listed import Standing
from p2pstream.content.signed.records import Record
from p2pstream.content.signing import Identity
from p2pstream.protocols.central.messages import Answer, Done, Publish, Request, Row, Rows, Search
from p2pstream.protocols.central.session import Answered, CentralAsking
from p2pstream.protocols.link.greeting import Terms
from p2pstream.protocols.link.session import LinkSession
from tests.real.servers import CENTRAL_PORT

__all__ = ["Listed", "listed", "published"]

#: For one answer of a central that runs, on a machine that is busy.
_PATIENCE_S = 10.0


class Listed(NamedTuple):
    """A name, and how many have all of it, or some."""

    name: str
    seeds: int
    sources: int


def listed(host: str) -> list[Listed]:
    """The names that a central of no closed group knows, a hundred at most, as a stranger is told."""
    with socket.create_connection((host, CENTRAL_PORT), _PATIENCE_S) as line:
        return [_listed(row) for row in _Visit(line).search().rows]


def published(host: str, record: bytes) -> Done:
    """What a central says to a signed record of a name."""
    with socket.create_connection((host, CENTRAL_PORT), _PATIENCE_S) as line:
        answer = _Visit(line).ask(lambda number: Publish(number, record))
        assert isinstance(answer, Done), answer
        return answer


def _listed(row: Row) -> Listed:
    name = row.said.decode() if row.standing == Standing.MAPPED else Record.decode(row.said).name
    return Listed(name, row.seeds, row.sources)


class _Visit:
    """One connection, under TLS, with the sessions of the programs, and without a reactor."""

    def __init__(self, line: socket.socket) -> None:
        # In OpenSSL's eyes a socket with a timeout is one that does not block.
        line.settimeout(None)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(_PATIENCE_S))
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_alpn_protos([b"p2ps/1"])
        self._tls = SSL.Connection(context, line)
        self._tls.set_connect_state()
        self._tls.do_handshake()
        binding = self._tls.export_keying_material(b"EXPORTER-p2ps-auth-1", 32)
        self._asking = CentralAsking()
        terms = Terms(Identity(os.urandom(32)), os.urandom(32), binding)
        self._session = LinkSession([self._asking], terms, True, monotonic())

    def search(self) -> Rows:
        """All that is listed."""
        answer = self.ask(lambda number: Search(number, 100))
        assert isinstance(answer, Rows), answer
        return answer

    def ask(self, request: Callable[[int], Request]) -> Answer | None:
        """The answer to this."""
        while self._session.opposite is None or not self._session.opposite.authenticated:
            self._exchange()
        asked = self._asking.ask(request, monotonic())
        while True:
            for event in self._exchange():
                if isinstance(event, Answered) and event.request == asked:
                    return event.answer

    def _exchange(self) -> list[object]:
        """Say what is to be said, and hear what comes."""
        while raw := self._session.take(65_536, monotonic()):
            self._tls.sendall(raw)
        return self._session.receive(self._tls.recv(65_536), monotonic())


def _timeval(seconds: float) -> bytes:
    """As ``setsockopt`` wants it."""
    return int(seconds).to_bytes(8, "little") + bytes(8)
