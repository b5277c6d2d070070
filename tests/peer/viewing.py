"""A central and peers in memory, for who opens streams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.content.addresses import Address
from p2pstream.content.keys import FileKey
from p2pstream.content.links import Link
from p2pstream.content.listed import ListedName, ListedPeer, Standing
from p2pstream.content.wants import Stream, Units, Want
from p2pstream.errors import SourceLost
from p2pstream.interfaces import INode
from p2pstream.testing.proofs.proven import ProvenFilm
from p2pstream.testing.wires.sources import FakeSource
from p2pstream.transport.secure.tls import TLSEndpoint
from tests.swarm.peers import MemoryPeer

LINK = Link.parse("p2pstream://10.0.0.9/film.mp4")
SEED, OTHER, OLD = (Address(f"10.0.0.{number}", 2050) for number in (1, 2, 3))


def listed(film: ProvenFilm | None, *peers: ListedPeer) -> ListedName:
    """A name as a central tells it; of a mapping, without a film."""
    if film is None:
        return ListedName("film.mp4", Standing.MAPPED, peers=peers)
    return ListedName("film.mp4", Standing.OWNER, film.key, seeds=len(peers), peers=peers)


class Central:
    """One that answers as the test says."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.more: tuple[ListedPeer, ...] = ()
        self.asked_again = 0
        self.named: list[str] = []
        self.closed = False
        self.teller: Address | None = LINK.central
        self.beckoned: list[bytes] = []
        self.strangers = LINK.centrals

    def unproven(self) -> Sequence[Address]:
        """Those of which nobody knows who they are."""
        return self.strangers

    def start(self) -> None:
        """It is there at once."""

    def resolve(self, name: str, most: int = 50) -> Deferred[Any]:
        """What the test says."""
        self.named.append(name)
        return self.said(self.answer)

    def peers(self, key: Any, most: int = 50) -> Deferred[Any]:
        """Those who came later."""
        self.asked_again += 1
        return self.said(self.more)

    def said(self, answer: Any) -> Deferred[Any]:
        """That, but where nobody answers anything."""
        return fail(self.answer) if isinstance(self.answer, Exception) else succeed(answer)

    def beckon(self, id: bytes, key: Any, nonce: bytes, listen: Any) -> Deferred[None]:
        """It has called that peer."""
        self.beckoned.append(id)
        return succeed(None)

    def close(self) -> Deferred[None]:
        """It is."""
        self.closed = True
        return succeed(None)


class Speech:
    """Both protocols; the native one knows peers in memory, the classic one plays deaf."""

    def __init__(self, films: dict[FileKey, ProvenFilm]) -> None:
        self.films = films
        self.wanted: list[Want] = []
        self.peers: list[MemoryPeer] = []
        self.plain: list[FakeSource] = []
        #: Who was dialled under TLS.
        self.under_tls: list[Address] = []
        #: Where nobody answers.
        self.deaf: set[Address] = set()

    def get(self, name: str) -> Speech:
        """As a registry."""
        return self

    def connect(self, endpoint: IStreamClientEndpoint, want: Want, node: INode) -> Deferred[Any]:
        """As a protocol."""
        self.wanted.append(want)
        inner: Any = getattr(endpoint, "_endpoint", endpoint)
        address = Address(inner._host, inner._port)
        if isinstance(endpoint, TLSEndpoint):
            self.under_tls.append(address)
        if address in self.deaf:
            return fail(SourceLost("cannot be reached"))
        if isinstance(want, Units):
            self.peers.append(MemoryPeer(address, self.films[want.key]))
            return succeed(self.peers[-1])
        if isinstance(want, Stream):
            self.plain.append(FakeSource(address))
            return succeed(self.plain[-1])
        return succeed([OLD])
