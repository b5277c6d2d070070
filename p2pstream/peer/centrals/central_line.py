"""One central as a peer sees it: what the peer speaks is said with every claim."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from twisted.internet.defer import Deferred

from p2pstream.content.addresses import PEER_PORT, Address
from p2pstream.content.keys import Key, LiveKey
from p2pstream.content.listed import ALL, CLASSIC, HTTP, NATIVE, TLS, Lease
from p2pstream.content.signed.tickets import Ticket
from p2pstream.interfaces import INode
from p2pstream.peer.centrals.announcer import AnnounceListener
from p2pstream.protocols.central.approach import Endpoints, KnownCentrals
from p2pstream.protocols.central.asking import CentralLine
from p2pstream.protocols.central.telling import Speaks

__all__ = ["Lines", "PeerLine", "spoken_on"]


def spoken_on(own: Address, closed_group: bool) -> int:
    """What a peer speaks that listens there, as `content.listed` has it.

    Classic knows IPv4 and one port only; in a closed group only what proves the secret is spoken.
    """
    if closed_group:
        return NATIVE | TLS
    classic = CLASSIC if own.port == PEER_PORT and own.is_ipv4 else 0
    return NATIVE | TLS | HTTP | classic


class Lines:
    """Dials centrals for one peer.

    :param where: the address that we listen on, once we do.
    :param called: told of each call: the central, who is to be dialled, and what to show there.
    :param spoken: left out, all that a peer speaks.
    """

    def __init__(
        self,
        node: INode,
        endpoint: Endpoints,
        known: KnownCentrals,
        where: Callable[[], Address],
        called: Callable[[Address, Address, bytes], None] = lambda central, address, nonce: None,
        spoken: int | None = None,
    ) -> None:
        self._spoken = spoken
        self._node = node
        self._endpoint = endpoint
        self._known = known
        self._where = where
        self._called = called
        self._dialled: dict[Address, CentralLine] = {}

    def ids(self) -> Collection[bytes]:
        """Those of the centrals that we dial, as far as they are known."""
        ids = (self._known.id_at(central) for central in self._dialled)
        return [id for id in ids if id is not None]

    def there(self, central: Address) -> CentralLine | None:
        """The connection to a central, if there is one now."""
        line = self._dialled.get(central)
        return line if line is not None and line.connected else None

    def dial(self, central: Address, listener: AnnounceListener) -> PeerLine:
        """Begin to connect; see `announcer.Announcer`."""
        own = self._where()
        spoken = spoken_on(own, self._node.secret is not None) if self._spoken is None else self._spoken
        speaks = Speaks(own.port, spoken)
        heard = _Heard(listener, partial(self._called, central))
        line = CentralLine(central, self._node, self._endpoint, self._known, heard)
        line.start()
        self._dialled[central] = line
        return PeerLine(line, speaks)


class PeerLine:
    """A `announcement.AnnounceLine`."""

    def __init__(self, line: CentralLine, speaks: Speaks) -> None:
        self._line = line
        self._speaks = speaks

    def announce(self, keys: Sequence[Key], have: int = ALL) -> Deferred[Lease]:
        """See `announcement.AnnounceLine`."""
        return self._line.announce(keys, self._speaks, have)

    def withdraw(self, keys: Sequence[Key]) -> Deferred[None]:
        """See `announcement.AnnounceLine`."""
        return self._line.withdraw(keys)

    def publish(self, record: bytes) -> Deferred[None]:
        """See `announcement.AnnounceLine`."""
        return self._line.publish(record)

    def tell_head(self, key: LiveKey, head: bytes) -> Deferred[None]:
        """See `announcement.AnnounceLine`."""
        return self._line.tell_head(key, head)

    def ticket(self, key: Key) -> Deferred[Ticket]:
        """See `announcement.AnnounceLine`."""
        return self._line.ticket(key)

    def close(self) -> Deferred[None]:
        """See `announcement.AnnounceLine`."""
        return self._line.close()


class _Heard:
    """Passes on what concerns a peer that only announces."""

    def __init__(self, listener: AnnounceListener, called: Callable[[Address, bytes], None]) -> None:
        self._called = called
        self.connected = listener.connected
        self.lost = listener.lost
        self.leased = listener.leased

    def changed(self, name: str, key: bytes) -> None:
        """Nothing is watched."""

    def called(self, address: Address, nonce: bytes, key: bytes) -> None:
        """Whoever is dialled says by itself what it wants."""
        self._called(address, nonce)
