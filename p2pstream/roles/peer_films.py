"""What a peer makes of the films that it shares, and what pages and players get of that."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorProcess
from twisted.web.resource import IResource

from p2pstream.content.keys import FileKey
from p2pstream.interfaces import IFetches, INode
from p2pstream.media.workers import MediaWorkers
from p2pstream.peer.folders.shares import Shares
from p2pstream.peer.keys.keying import Keying
from p2pstream.peer.side.asking import named_sides
from p2pstream.peer.side.kept import KeptSides
from p2pstream.peer.side.sides import Sides
from p2pstream.protocols.central.client import CentralClient
from p2pstream.roles.ground import Ground
from p2pstream.settings import PeerSettings
from p2pstream.web.gateway import Gateway
from p2pstream.web.live.gateway import refuse_live, tell_live
from p2pstream.web.remux import Remuxes, remuxing
from p2pstream.web.sides import SideResources
from p2pstream.web.stream_sides import StreamSides

__all__ = ["PeerFilms"]


class PeerFilms:
    """Side content, and films wrapped anew; nothing where no process can be started.

    :ivar sides: None where there are none.
    """

    def __init__(self, ground: Ground, shares: Shares, keying: Keying, settings: PeerSettings) -> None:
        self.sides: Sides | None = None
        self._shares = shares
        self._keyed = keying.keyed
        if IReactorProcess.providedBy(ground.reactor):
            kept = KeptSides(ground.state.disk, ground.workers, ground.limits)
            self._media = MediaWorkers(ground.reactor, ground.workers, ground.limits)
            self.sides = Sides(ground, shares, keying, kept, self._media, not settings.no_pictures)

    def duration_ms(self, film: FileKey) -> int:
        """Of one that is shared, as far as is known; 0: it is not."""
        return 0 if self.sides is None else self.sides.beside(film).dur_ms

    def observe(self, changed: Callable[[FileKey], None]) -> None:
        """Call ``changed`` with the key of a film whenever more is known of it."""
        if self.sides is not None:
            self.sides.observe(changed)

    def resources(self, node: INode) -> dict[bytes, IResource]:
        """What is added to the node's own."""
        if self.sides is None:
            return {}
        return {
            b"side": SideResources(node.open_key, self._named, node.reactor, node.limits),
            b"remux": Remuxes(node.open, node.open_key, self._media, node.reactor, node.limits),
        }

    def gateways(
        self, fetches: IFetches, node: INode, asking: Callable[..., CentralClient]
    ) -> dict[bytes, IResource]:
        """The same of films of others, for this machine, while they are fetched.

        :param asking: makes what asks some centrals.
        """
        if self.sides is None:
            return {}

        sides = StreamSides(
            self._media,
            fetches,
            lambda link: Deferred.fromCoroutine(named_sides(asking(*link.centrals), link.name)),
            node.reactor,
            node.limits,
        )
        return {
            b"stream-side": Gateway(fetches, node.reactor, node.limits, sides.give, tell_live),
            b"stream-remux": Gateway(fetches, node.reactor, node.limits, remuxing(self._media), refuse_live),
        }

    def _named(self, name: str) -> FileKey | None:
        offer = self._shares.offers.get(name)
        film = self._keyed.key(offer) if offer is not None else None
        return self.sides.side(film) if self.sides is not None and film is not None else None
