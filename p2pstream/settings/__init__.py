"""The one table of every setting, and where its value comes from.

Each program has a dataclass, each setting a field of it.  A value is taken from the
first of these that has one:

1. the flag on the command line,
2. the environment: ``P2PSTREAM_<PROGRAM>_<NAME>``, as ``P2PSTREAM_PEER_PORT``,
3. the file: ``name = value`` in the table ``[program]`` of ``--config FILE``, else of
   ``P2PSTREAM_CONFIG``, else of ``p2pstream/config.toml`` in the XDG folder,
4. the default.

Relative paths count from the current folder, wherever they were written.
"""

from p2pstream.settings.commands import (
    CommandSettings,
    FetchSettings,
    GetSettings,
    ListSettings,
    LiveSettings,
    PlaySettings,
)
from p2pstream.settings.options import help_text, opt_flags, opt_given, opt_parameters
from p2pstream.settings.roles import CentralSettings, PeerSettings, ShareSettings
from p2pstream.settings.row import Setting
from p2pstream.settings.several import DiallingSettings, KeepingSettings, SendingSettings, Settings
from p2pstream.settings.sources import resolve
from p2pstream.settings.table import TABLES

__all__ = [
    "TABLES",
    "CentralSettings",
    "CommandSettings",
    "DiallingSettings",
    "FetchSettings",
    "GetSettings",
    "KeepingSettings",
    "ListSettings",
    "LiveSettings",
    "PeerSettings",
    "PlaySettings",
    "SendingSettings",
    "Setting",
    "Settings",
    "ShareSettings",
    "help_text",
    "opt_flags",
    "opt_given",
    "opt_parameters",
    "resolve",
]
