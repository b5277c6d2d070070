"""The table: the settings of every program."""

from __future__ import annotations

from p2pstream.settings.broadcasting import LiveSettings
from p2pstream.settings.commands import ListSettings
from p2pstream.settings.fetching import GetSettings
from p2pstream.settings.playing import PlaySettings
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
