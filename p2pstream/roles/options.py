"""The command line of a role, made from the table of settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NoReturn

from twisted.python import usage

from p2pstream import __version__
from p2pstream.content.text import printable
from p2pstream.errors import P2PStreamError, UsageError
from p2pstream.settings import Setting, Settings, help_text, opt_given, resolve

__all__ = ["RoleOptions", "end"]


def end(program: str, error: P2PStreamError) -> NoReturn:
    """End the program with one line on stderr."""
    # sys.stderr itself may lead to the log by now, and that to stdout.
    print(f"{program}: {error}", file=sys.__stderr__, flush=True)
    raise SystemExit(error.exit_code)


def _gathering(row: Setting) -> Callable[[usage.Options, str], None]:
    """What Twisted calls for each value of an option that may be repeated; it shows the docstring as help."""

    def gather(self: usage.Options, value: str) -> None:
        self.setdefault(row.name, []).append(value)

    gather.__doc__ = help_text(row)
    return gather


class RoleOptions(usage.Options):
    """What the table says of one program; ``settings`` holds the result.

    A command line that cannot be understood ends the program with one line and exit
    code 2; Twisted itself would print all of the help, and end with 1.
    """

    program: ClassVar[str]
    table: ClassVar[type[Settings]]
    settings: Any

    def __init_subclass__(cls) -> None:
        for row in cls.table.rows():
            if row.repeatable:
                setattr(cls, f"opt_{row.name}", _gathering(row))

    def parseOptions(self, options: Sequence[str] | None = None) -> None:
        """Parse; ends the program when that cannot be done."""
        try:
            super().parseOptions(options)
        except usage.UsageError as fault:
            end(self.program, UsageError(f"{printable(str(fault), 500)}; try --help"))
        except UsageError as fault:
            end(self.program, fault)

    def parseArgs(self, *words: str) -> None:
        """There are only options."""
        if words:
            raise usage.UsageError(f"“{words[0]}” belongs to no option")

    def postOptions(self) -> None:
        """Complete what the command line says from the environment, the file and the defaults."""
        self.settings = resolve(self.table, opt_given(self.table, self), os.environ)
        # Roles stand side by side in one folder: no pid file, unless one is asked for.
        if self.parent is not None and self.parent.get("pidfile") == "twistd.pid":
            self.parent["pidfile"] = None

    @property
    def is_daemon(self) -> bool:
        """Whether ``twistd`` leaves the terminal before the service starts."""
        return self.parent is not None and not self.parent.get("nodaemon", True)

    def opt_version(self) -> None:
        """Show the version, and end."""
        print(f"{self.program} {__version__}")
        raise SystemExit(0)

    opt_h = usage.Options.opt_help
