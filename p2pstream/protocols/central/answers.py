"""What a central says; the table is in `messages`.  Pure."""

from __future__ import annotations

from struct import Struct
from typing import Self

from p2pstream.content.addresses import Address
from p2pstream.content.signed.heads import HEAD_MOST
from p2pstream.limits import LIMITS
from p2pstream.protocols.central.fields import PEER_BYTES, PeerRow, Reader, bad, pack_ip, packed
from p2pstream.protocols.central.subjects import Subject
from p2pstream.protocols.link.framing import cut
from p2pstream.values import value

__all__ = [
    "Announced",
    "Changed",
    "Done",
    "HeadNow",
    "Peered",
    "Resolved",
    "Row",
    "Rows",
    "Subject",
    "Ticketed",
]

_ANNOUNCED = Struct(">IHB16sHH")
_DONE = Struct(">IB")
_ROW = Struct(">BII")
_MAPPED = 2


@value
class Announced:
    """You are listed so; come again within the interval."""

    #: 0: nothing was asked, but `reachable` changed.
    request: int
    #: Seconds.
    interval: int
    #: None: not tried yet.
    reachable: bool | None
    #: Where others are told that you are.
    address: Address
    #: How many keys of the batch were taken; fewer than all when you have too many.
    taken: int

    def encode(self) -> bytes:
        """The body."""
        reach = 2 if self.reachable is None else int(self.reachable)
        ip, port = pack_ip(self.address.host), self.address.port
        return _ANNOUNCED.pack(self.request, self.interval, reach, ip, port, self.taken)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, interval, reach = reader.u32(), reader.u16(), reader.u8()
        if reach > 2 or not interval:
            raise bad("an ANNOUNCED says what none may say")
        address, taken = reader.address(), reader.u16()
        reader.end()
        return cls(request, interval, None if reach == 2 else bool(reach), address, taken)


@value
class Done:
    """That is done; or, with another code than 0, it is not, and why."""

    request: int
    code: int = 0
    why: str = ""

    def encode(self) -> bytes:
        """The body; the words are cut where there are too many."""
        return _DONE.pack(self.request, self.code) + cut(self.why, LIMITS.central_text_bytes)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict; the words are a stranger's."""
        reader = Reader(body)
        return cls(reader.u32(), reader.u8(), reader.text(LIMITS.central_text_bytes))


@value
class Row:
    """A name in an answer."""

    #: `content.listed.Standing`.
    standing: int
    seeds: int
    sources: int
    #: The signed record; of a mapped name the name itself, in UTF-8.
    said: bytes
    peers: tuple[PeerRow, ...] = ()

    def encode(self) -> bytes:
        """Without the peers."""
        return _ROW.pack(self.standing, self.seeds, self.sources) + packed(self.said, 2)

    @property
    def size(self) -> int:
        """Bytes that it has in a `Resolved`, with its peers."""
        return _ROW.size + 2 + len(self.said) + 1 + PEER_BYTES * len(self.peers)

    @classmethod
    def read(cls, reader: Reader, with_peers: bool) -> Self:
        """The next one."""
        standing, seeds, sources = reader.u8(), reader.u32(), reader.u32()
        said = reader.take(reader.count(2, LIMITS.central_record_bytes))
        if standing > _MAPPED or not said:
            raise bad("a name is listed in a way that there is none")
        if standing == _MAPPED:
            reader.name(said)
        return cls(standing, seeds, sources, said, _peers(reader) if with_peers else ())


@value
class Resolved:
    """All that is known of a name; nothing, when nobody has it."""

    request: int
    rows: tuple[Row, ...]

    def encode(self) -> bytes:
        """The body."""
        rows = (row.encode() + _counted(row.peers) for row in self.rows)
        return _DONE.pack(self.request, len(self.rows)) + b"".join(rows)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, count = reader.u32(), reader.count(1, LIMITS.central_records)
        message = cls(request, tuple(Row.read(reader, True) for _ in range(count)))
        reader.end()
        return message


@value
class Rows:
    """A page of names, in their order."""

    request: int
    rows: tuple[Row, ...]
    #: Where the next page begins; empty when this is the last.
    after: bytes = b""

    def encode(self) -> bytes:
        """The body."""
        head = self.request.to_bytes(4, "big") + packed(self.after, 2)
        return head + bytes((len(self.rows),)) + b"".join(row.encode() for row in self.rows)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        request, after = reader.u32(), reader.take(reader.count(2, LIMITS.central_cursor_bytes))
        count = reader.count(1, LIMITS.central_rows)
        message = cls(request, tuple(Row.read(reader, False) for _ in range(count)), after)
        reader.end()
        return message


@value
class Peered:
    """Some of those who have a key, best first."""

    request: int
    peers: tuple[PeerRow, ...]

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + _counted(self.peers)

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        reader = Reader(body)
        message = cls(reader.u32(), _peers(reader))
        reader.end()
        return message


@value
class Ticketed:
    """What others may be shown: see `content.signed.tickets`."""

    request: int
    ticket: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.ticket

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """What the ticket says is not looked at yet."""
        reader = Reader(body)
        return cls(reader.u32(), reader.rest(LIMITS.ticket_bytes))


@value
class HeadNow:
    """The newest head of a broadcast that anybody told of; empty where nobody did."""

    request: int
    head: bytes

    def encode(self) -> bytes:
        """The body."""
        return self.request.to_bytes(4, "big") + self.head

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """What the head says is not looked at yet."""
        reader = Reader(body)
        return cls(reader.u32(), reader.rest(HEAD_MOST))


@value
class Changed:
    """Something watched is not what it was; ask again."""

    subject: Subject

    def encode(self) -> bytes:
        """The body."""
        return self.subject.encode()

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """Strict."""
        return cls(Subject.read(Reader(body)))


def _counted(peers: tuple[PeerRow, ...]) -> bytes:
    return bytes((len(peers),)) + b"".join(peer.encode() for peer in peers)


def _peers(reader: Reader) -> tuple[PeerRow, ...]:
    return tuple(PeerRow.read(reader) for _ in range(reader.count(1, LIMITS.central_peers)))
