"""The table: the settings of every program."""

from __future__ import annotations

from p2pstream.settings.commands import GetSettings, ListSettings, LiveSettings, PlaySettings
from p2pstream.settings.roles import CentralSettings, PeerSettings, ShareSettings
from p2pstream.settings.several import Settings

__all__ = ["TABLES"]

TABLES: tuple[type[Settings], ...] = (
    CentralSettings,
    PeerSettings,
    PlaySettings,
    GetSettings,
    ListSettings,
    LiveSettings,
    ShareSettings,
)
