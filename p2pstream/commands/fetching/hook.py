"""A command of the user's that is run when a film is here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from p2pstream.commands.output.output import elapsed
from p2pstream.commands.program import spawn
from p2pstream.errors import UsageError
from p2pstream.events import json_line
from p2pstream.player.programs import split

__all__ = ["Hook"]


class Hook:
    """Run at most once, without a shell; it is told on its stdin what happened, and nobody waits for it.

    :raises UsageError: there is no such program.
    """

    def __init__(self, command: str) -> None:
        words = split(command, "--on-done")
        program = shutil.which(words[0]) if words else None
        if program is None:
            raise UsageError(f"--on-done: there is no program “{''.join(words[:1])}” here")
        self._words = [program, *words[1:]]

    def run(self, reactor: Any, event: str, fields: Mapping[str, Any]) -> None:
        """Tell it of this; the line is shorter than any pipe, and so written at once."""
        line = json_line(event, fields, elapsed()) + "\n"
        reading, writing = os.pipe()
        try:
            os.write(writing, line.encode("ascii"))
            os.close(writing)
            with suppress(OSError):
                spawn(reactor, self._words, _ended, stdin=reading)
        finally:
            os.close(reading)


def _ended(code: int) -> None:
    """Nobody waits for it."""
