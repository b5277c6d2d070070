"""``p2p-share``: a central and a peer in one program, for tonight."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from getopt import GetoptError, getopt
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

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """As `RoleOptions`; options may also stand behind folders, as with our other commands."""
        words = list(sys.argv[1:] if options is None else options)
        super().parseOptions(_options_first(words, self.shortOpt, self.longOpt))

    def parseArgs(self, *folders: str) -> None:
        """What is shared."""
        self.folders = folders or (".",)


def _options_first(words: list[str], short: str, long: list[str]) -> list[str]:
    """The same command line, as Twisted wants it; it refuses what cannot be understood."""
    found, folders, rest = list[str](), list[str](), words
    while rest:
        try:
            left = getopt(rest, short, long)[1]
        except GetoptError:
            return [*found, *rest]
        taken = rest[: len(rest) - len(left)]
        if taken[-1:] == ["--"]:
            return [*found, *taken, *folders, *left]
        found += taken
        folders += left[:1]
        rest = left[1:]
    return [*found, "--", *folders]


def make_service(options: Options, reactor: Any = None) -> Any:
    """The service that these options ask for.

    :param reactor: the one to run in; left out, Twisted's.
    """
    # Late, so that --help and --version are quick.
    from p2pstream.roles.assembly.share import share

    return share(options, options.folders, reactor)


def main() -> None:
    """The program ``p2p-share``."""
    options = Options()
    options.parseOptions()
    from p2pstream.roles.console import run

    run(options, make_service)
