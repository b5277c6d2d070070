"""Messages that ask for units and hashes, and answer.  Pure."""

from __future__ import annotations

from struct import Struct

from p2pstream.content.units import HASH_BYTES
from p2pstream.errors import PeerError
from p2pstream.limits import LIMITS
from p2pstream.protocols.native.bodies.body import Fixed, Message, impossible
from p2pstream.values import value

__all__ = [
    "DATA", "DATA_HEAD", "NO_DEADLINE", "Cancel", "HashReject", "HashRequest", "Hashes", "Page", "Reject",
    "Request",
]  # fmt: skip

#: Layer, first node, number of nodes, uncles: what a page of hashes is asked for by.
Page = tuple[int, int, int, int]

#: A frame of bytes: the head, the request's number and the first unit; then the units themselves.
DATA = 0x31
DATA_HEAD = Struct(">IQ")

#: The deadline of a request that has none.
NO_DEADLINE = 0xFFFFFFFF

_MOST_UNCLES, _LEAST_URGENT = 34, 3


@value
class Request(Fixed):
    """Send these units, each once, or `Reject` it."""

    type = 0x30
    sender = "wants"
    layout = Struct(">IQHBI")

    #: Its number; not one that has units outstanding.
    rid: int
    first: int
    count: int
    #: 0 now … 3 whenever.
    urgency: int = 2
    #: From now; `NO_DEADLINE` if whenever.  Later it need not be sent any more.
    deadline_ms: int = NO_DEADLINE

    def check(self) -> None:
        """See `Fixed`."""
        if not self.rid or not 1 <= self.count <= LIMITS.native_request_units:
            raise impossible(f"Request: number {self.rid} for {self.count} units")
        if self.urgency > _LEAST_URGENT:
            raise impossible(f"Request: urgency is 0 to {_LEAST_URGENT}, not {self.urgency}")


@value
class Cancel(Fixed):
    """These units of a request are not wanted any more; without a count, none of it is."""

    type = 0x32
    sender = "wants"
    layout = Struct(">IQH")

    rid: int
    first: int = 0
    count: int = 0


@value
class Reject(Fixed):
    """These units of a request will not come."""

    type = 0x33
    sender = "has"
    layout = Struct(">IQHB")

    rid: int
    first: int
    count: int
    code: int

    def check(self) -> None:
        """See `Fixed`."""
        if not self.count:
            raise impossible("Reject: of no unit")


@value
class HashRequest(Fixed):
    """Send this page of hashes, or `HashReject` it."""

    type = 0x34
    sender = "wants"
    layout = Struct(">BQHB")

    layer: int
    first: int
    count: int
    uncles: int

    @property
    def page(self) -> Page:
        """What is asked for."""
        return self.layer, self.first, self.count, self.uncles


@value
class HashReject(Fixed):
    """This page of hashes will not come."""

    type = 0x36
    sender = "has"
    layout = Struct(">BQHBB")

    layer: int
    first: int
    count: int
    uncles: int
    code: int

    @property
    def page(self) -> Page:
        """What was asked for."""
        return self.layer, self.first, self.count, self.uncles


@value
class Hashes(Message):
    """A page of hashes: its nodes, as many as exist, then the uncles, bottom up."""

    type = 0x35
    sender = "has"
    most = HashRequest.layout.size + HASH_BYTES * (LIMITS.page_hashes + _MOST_UNCLES)

    page: Page
    hashes: bytes

    def pack(self) -> bytes:
        """See `Message`."""
        return HashRequest.layout.pack(*self.page) + self.hashes

    @classmethod
    def unpack(cls, body: bytes) -> Hashes:
        """See `Message`."""
        size = HashRequest.layout.size
        if len(body) < size or (len(body) - size) % HASH_BYTES:
            raise PeerError(f"Hashes: {len(body)} bytes are no page of hashes")
        return cls(HashRequest.layout.unpack_from(body), body[size:])
