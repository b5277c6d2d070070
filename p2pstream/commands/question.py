"""The question that the ancestor asked when no film was named."""

from __future__ import annotations

import subprocess
import sys

from p2pstream.commands.arguments import unnamed
from p2pstream.content.addresses import Address
from p2pstream.settings import CommandSettings

__all__ = ["QUESTION", "ask_on_terminal"]

QUESTION = "What would you like to watch today? "


def ask_on_terminal(central: Address, settings: CommandSettings) -> str:
    """Show the person at the terminal what there is, where the central can tell, and ask for a name.

    :raises UsageError: there is nobody to ask.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        unnamed()
    show_names(central, settings)
    sys.stderr.write(QUESTION)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    return answer.strip() or unnamed()


def show_names(central: Address, settings: CommandSettings) -> None:
    """What ``p2p-list`` shows, on stderr; a central of the ancestor's kind has no list to show."""
    given = {"--config": settings.config, "--state": settings.state, "--secret-file": settings.secret_file}
    options = [f"{flag}={value}" for flag, value in given.items() if value is not None]
    # A program of its own: a reactor runs once in a process, and ours is for the film.
    subprocess.run(
        [sys.executable, "-m", "p2pstream.commands.list", *options, "--", str(central)],
        stdin=subprocess.DEVNULL,
        stdout=sys.__stderr__,
        stderr=subprocess.DEVNULL,
        check=False,
    )
