"""Whether others reach those who announce: found out now and then, and told when it changes."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IStreamClientEndpoint

from p2pstream.central.dial_back import DialBack, may_dial
from p2pstream.central.directory import Directory
from p2pstream.central.node import CentralNode
from p2pstream.content.addresses import Address
from p2pstream.interfaces import IGuest
from p2pstream.protocols.node import Means

__all__ = ["Reaching"]


class Reaching:
    """What is known of each peer that has leases.

    :param endpoint: dials a peer over TLS.
    :param port: where we listen, once we do: it is not dialled.
    :param changed: told the id, the address, and whether it is reached there, when that becomes another.
    """

    def __init__(
        self,
        means: Means,
        directory: Directory,
        endpoint: Callable[[Address], IStreamClientEndpoint],
        port: Callable[[], int],
        changed: Callable[[bytes, Address, bool], None],
    ) -> None:
        self._means = means
        self._limits = means.limits
        self._leases = directory.leases
        self._port = port
        self._changed = changed
        self._dial_back = DialBack(CentralNode(means, directory), endpoint, self._verdict)

    def joined(self, id: bytes) -> None:
        """A peer dialled us anew: what kept us from it may be gone, so it is tried when it announces."""
        peer = self._leases.peers.get(id)
        if peer is not None and peer.verdict is False:
            peer.dialled = None

    def of(self, guest: IGuest, address: Address) -> bool | None:
        """What is known of one at that address; it is tried when that is old, or was never known."""
        peer, now = self._leases.peers.get(guest.id), self._means.reactor.seconds()
        if peer is None:
            return None
        if peer.dialled is None or now >= peer.dialled + self._limits.back_again_s:
            if not may_dial(address, guest.host, self._port(), self._means.subnets(), self._limits):
                peer.dialled = now
                self._leases.reached(guest.id, address, False)
                return False
            first = peer.dialled is None
            if self._dial_back.ask(guest.id, address):
                peer.dialled = now
            if first:
                peer.verdict = None
        return peer.verdict

    def stop(self) -> None:
        """Dial nobody any more."""
        self._dial_back.stop()

    def _verdict(self, id: bytes, address: Address, reachable: bool) -> None:
        peer = self._leases.peers.get(id)
        if self._leases.reached(id, address, reachable) is None or peer is None:
            return
        changed, peer.verdict = peer.verdict is not reachable, reachable
        if changed:
            self._changed(id, address, reachable)
