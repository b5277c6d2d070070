"""``p2p-peer``: shares films."""

from __future__ import annotations

import sys
from typing import Any

from p2pstream.roles.options import RoleOptions
from p2pstream.settings import PeerSettings, opt_flags, opt_parameters

__all__ = ["Options", "main", "makeService"]


class Options(RoleOptions):
    """The command line of ``p2p-peer``."""

    program = "p2p-peer"
    table = PeerSettings
    longdesc = (
        "The peer shares the films in a folder with everyone who can reach it."
        "  `p2p-peer doctor`, with the same options, looks for what may keep others from them."
    )
    optParameters = opt_parameters(PeerSettings)
    optFlags = opt_flags(PeerSettings)


def makeService(options: Options, reactor: Any = None) -> Any:
    """The service that these options ask for; called by ``twistd``.

    :param reactor: the one to run in; left out, Twisted's.
    """
    # Late, so that --help and --version are quick.
    from p2pstream.roles.assembly.peer import peer

    return peer(options, reactor)


def main() -> None:
    """The program ``p2p-peer``: the same as ``twistd -n p2p-peer``; or ``p2p-peer doctor``."""
    options = Options()
    words = sys.argv[1:]
    is_doctor = words[:1] == ["doctor"]
    options.parseOptions(words[is_doctor:])
    if is_doctor:
        from p2pstream.roles import doctor

        doctor.run(options)
    from p2pstream.roles.console import run

    run(options, makeService)
