"""What a peer may use, and whoever holds it to that."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.content.shown import PeerLimits
from p2pstream.data.store import Store
from p2pstream.peer.folders.changes_file import ChangesFile
from p2pstream.roles.ground import Ground
from p2pstream.settings import PeerSettings
from p2pstream.transport.turns.adjustable import AdjustableDownlink, AdjustableUplink
from p2pstream.transport.turns.uplink import shorter_runs

__all__ = ["PeerBounds"]


class PeerBounds:
    """The limits of one peer, from its settings or as they were changed.  Reads a small file.

    :raises errors.StorageError: a newer program wrote that, or the disk refuses.
    :ivar settings: the limits that the settings say.
    :ivar store: where films lie that are only watched; set when there is one.
    """

    def __init__(self, ground: Ground, settings: PeerSettings) -> None:
        self.settings = PeerLimits(settings.upload_limit, None, settings.cache_size, settings.limit_local)
        #: What was changed while it ran before, and where that is kept.
        self.file = ChangesFile(ground, ground.state.disk)
        self.kept = self.file.load()
        held = self.kept.limits_beside(self.settings)
        self._limits = limits = shorter_runs(ground.limits, held.upload)
        self._cache = held.cache
        self._uplink = AdjustableUplink(ground.reactor, held.upload, held.local, limits)
        self._downlink = AdjustableDownlink(ground.reactor, held.download, held.local, limits)
        self.store: Store | None = None

    @property
    def cache(self) -> int:
        """Bytes of films that are only watched."""
        return self._cache or self._limits.store_cache_bytes

    def applied(self, ground: Ground) -> Ground:
        """What stands on it is held to them."""
        return replace(ground, limits=self._limits, uplink=self._uplink, downlink=self._downlink)

    def apply(self, wanted: PeerLimits) -> None:
        """These from now on."""
        self._uplink.adjust(wanted.upload, wanted.local)
        self._downlink.adjust(wanted.download, wanted.local)
        self._cache = wanted.cache
        if self.store is not None:
            self.store.resize(self.cache)
