"""What people changed of a peer while it ran, kept for the next run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.content.shown import PeerLimits
from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk
from p2pstream.protocols.node import Means

__all__ = ["ChangesFile", "KeptChanges"]

_KIND, _VERSION, _PATH = "changes", 1, "peer/changes"
_TITLE = "what was changed of this peer"


@dataclass(frozen=True)
class KeptChanges:
    """What there is to be kept."""

    #: Folders that are shared beyond those of the settings; absolute.
    folders: tuple[str, ...] = ()
    #: Limits that were set, and those of the settings at that time: where the settings have said
    #: something else since, they hold.
    limits: PeerLimits | None = None
    instead_of: PeerLimits = field(default_factory=PeerLimits)

    def limits_beside(self, settings: PeerLimits) -> PeerLimits:
        """What holds, where the settings say that."""
        return self.limits if self.limits is not None and self.instead_of == settings else settings


class ChangesFile:
    """One small file of the private folder."""

    def __init__(self, means: Means, disk: IDisk) -> None:
        self._disk = disk
        self._workers = means.workers
        self._most = means.limits.changes_bytes

    def load(self) -> KeptChanges:
        """What was kept; nothing, if that is damaged.  Blocks.

        :raises errors.StorageError: a newer program wrote it, it is longer than any, or the disk refuses.
        """
        try:
            with telling("read", _TITLE):
                raw = self._disk.read(_PATH, self._most)
            return _read(json.loads(unseal(_KIND, _VERSION, raw, _TITLE)))
        except (Damaged, ValueError, TypeError, KeyError):
            return KeptChanges()
        except StorageError as fault:
            if not isinstance(fault.__cause__, FileNotFoundError):
                raise
            return KeptChanges()

    def save(self, changes: KeptChanges) -> Deferred[None]:
        """Keep these instead; durable when it fires, which fails with `errors.StorageError`."""
        return self._workers.run(self._write, json.dumps(asdict(changes)).encode("ascii"))

    def _write(self, body: bytes) -> None:
        with telling("write", _TITLE, len(body)):
            self._disk.replace(_PATH, seal(_KIND, _VERSION, body))


def _read(kept: Mapping[str, Any]) -> KeptChanges:
    folders = tuple(folder for folder in kept["folders"] if isinstance(folder, str))
    limits = None if kept["limits"] is None else PeerLimits(**kept["limits"])
    return KeptChanges(folders, limits, PeerLimits(**kept["instead_of"]))
