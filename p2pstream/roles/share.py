"""``p2p-share``: a central and a peer in one program, for tonight."""

from __future__ import annotations

from typing import Any

from p2pstream.roles.options import RoleOptions
from p2pstream.settings import ShareSettings, opt_flags, opt_parameters

__all__ = ["Options", "main", "make_service"]


class Options(RoleOptions):
    """The command line of ``p2p-share``."""

    program = "p2p-share"
    table = ShareSettings
    synopsis = "Usage: p2p-share [options] [DIR ...]"
    longdesc = (
        "Shares the films in DIR (default: the current folder) with everyone who can reach this machine,"
        " and says how they watch them.  It ends with Ctrl-C."
    )
    optParameters = opt_parameters(ShareSettings)
    optFlags = opt_flags(ShareSettings)

    def parseArgs(self, *folders: str) -> None:
        """What is shared."""
        self.folders = folders or (".",)


def make_service(options: Options, reactor: Any = None) -> Any:
    """The service that these options ask for.

    :param reactor: the one to run in; left out, Twisted's.
    """
    # Late, so that --help and --version are quick.
    from p2pstream.roles.assembly import share

    return share(options, options.folders, reactor)


def main() -> None:
    """The program ``p2p-share``."""
    options = Options()
    options.parseOptions()
    from p2pstream.roles.console import run

    run(options, make_service)
