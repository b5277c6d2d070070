"""The question that the ancestor asked when no film was named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from p2pstream.commands.arguments import unnamed
from p2pstream.content.addresses import Address
from p2pstream.settings import CommandSettings

__all__ = ["QUESTION", "ask_on_terminal"]

QUESTION = "What would you like to watch today? "


def ask_on_terminal(centrals: Sequence[Address], settings: CommandSettings) -> str:
    """Show the person at the terminal what there is, where a central can tell, and ask for a name.

    :raises UsageError: there is nobody to ask.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        unnamed()
    show_names(centrals, settings)
    sys.stderr.write(QUESTION)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip() or unnamed()


def show_names(centrals: Sequence[Address], settings: CommandSettings) -> None:
    """What ``p2p-list`` shows, on stderr; a central of the ancestor's kind has no list to show."""
    given = {"--config": settings.config, "--state": settings.state, "--secret-file": settings.secret_file}
    options = [f"{flag}={value}" for flag, value in given.items() if value is not None]
    # A program of its own: a reactor runs once in a process, and ours is for the film.
    subprocess.run(
        [sys.executable, "-m", "p2pstream.commands.list", *options, "--", ",".join(map(str, centrals))],
        stdin=subprocess.DEVNULL,
        stdout=sys.__stderr__,
        stderr=subprocess.DEVNULL,
        check=False,
    )
