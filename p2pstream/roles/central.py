"""``p2p-central``: tells who has a stream."""

from __future__ import annotations

from typing import Any

from p2pstream.roles.options import RoleOptions
from p2pstream.settings import CentralSettings, opt_flags, opt_parameters

__all__ = ["Options", "main", "makeService"]


class Options(RoleOptions):
    """The command line of ``p2p-central``."""

    program = "p2p-central"
    table = CentralSettings
    longdesc = "The central tells players which peers have the film that they ask for."
    optParameters = opt_parameters(CentralSettings)
    optFlags = opt_flags(CentralSettings)


def makeService(options: Options, reactor: Any = None) -> Any:
    """The service that these options ask for; called by ``twistd``.

    :param reactor: the one to run in; left out, Twisted's.
    """
    # Late, so that --help and --version are quick.
    from p2pstream.roles.assembly.central import central

    return central(options, reactor)


def main() -> None:
    """The program ``p2p-central``: the same as ``twistd -n p2p-central``."""
    options = Options()
    options.parseOptions()
    from p2pstream.roles.console import run

    run(options, makeService)
