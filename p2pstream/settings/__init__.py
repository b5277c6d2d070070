"""The one table of every setting, and where its value comes from.

Each program has a dataclass, each setting a field of it.  A value is taken from the
first of these that has one:

1. the flag on the command line,
2. the environment: ``P2PSTREAM_<PROGRAM>_<NAME>``, as ``P2PSTREAM_PEER_PORT``,
3. the file: ``name = value`` in the table ``[program]`` of ``--config FILE``, else of
   ``P2PSTREAM_CONFIG``, else of ``p2pstream/config.toml`` in the XDG folder,
4. the default.

Relative paths count from the current folder, wherever they were written.

Start at `table`, and `row`, what each setting is.

- `several`: what all programs have; `roles`, `commands`: what each role has, and each command
- `fetching`, `playing`, `broadcasting`: ``p2p-get``, ``p2p-play`` and ``p2p-live``
- `kinds`: what a value may be; `options`, `sources`: where it comes from
"""

from p2pstream.settings.broadcasting import LiveSettings
from p2pstream.settings.commands import CommandSettings, ListSettings
from p2pstream.settings.fetching import FetchSettings, GetSettings
from p2pstream.settings.options import help_text, opt_flags, opt_given, opt_parameters
from p2pstream.settings.playing import PlaySettings
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
