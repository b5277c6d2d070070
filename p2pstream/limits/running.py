"""Bounds of programs."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["RunLimits"]


@dataclass(frozen=True)
class RunLimits:
    """Settings, logs and the end."""

    # settings
    settings_bytes: int = bound(1_048_576, "bytes", "of a settings file; nobody writes a thousand lines")
    secret_least_bytes: int = bound(16, "bytes", "a shorter secret is found by trying, from one handshake")
    secret_bytes: int = bound(1024, "bytes", "of the secret of a closed group")

    # roles
    stop_s: float = bound(2.0, "s", "from a signal to the end of the process, whatever hangs")
    told_burst: int = bound(20, "lines", "of one kind are logged at once; then one a second")
    spare_descriptors: int = bound(32, "descriptors", "kept from connections: logs, folders, watches, pipes")
