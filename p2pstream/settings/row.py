"""One row of the table of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from p2pstream.settings import kinds

__all__ = ["Setting", "setting"]


def setting(default: Any, kind: Callable[[str], Any], flags: str, meaning: str, **more: Any) -> Any:
    """One row: the default, how text becomes a value, the flags with their argument, the help.

    ``repeatable=True`` makes a tuple of as many values as are given, ``between`` parts
    them where they stand in one text, and ``in_file=False`` keeps a setting out of the file.
    """
    return field(default=default, metadata={"kind": kind, "flags": flags, "help": meaning, **more})


@dataclass(frozen=True)
class Setting:
    """One row of the table, as flags, documentation and messages need it."""

    program: str
    name: str
    #: Short ones first: ``("-o", "--out")``.
    flags: tuple[str, ...]
    #: What stands behind the flag in the help; empty for a switch.
    argument: str
    default: Any
    kind: Callable[[str], Any]
    help: str
    repeatable: bool = False
    #: What parts the values of a repeatable one in one text; empty: what parts paths.
    between: str = ""
    in_file: bool = True
    #: What it is about, as a heading in the help.
    topic: str = ""

    @property
    def is_switch(self) -> bool:
        """Whether the bare flag is all there is to say."""
        return self.kind is kinds.switch

    @property
    def variable(self) -> str:
        """The environment variable."""
        program = f"{self.program}_" if self.in_file else ""
        return f"P2PSTREAM_{program}{self.name}".upper()

    @property
    def key(self) -> str:
        """Where it stands in the file: ``peer.port``; empty for what cannot stand there."""
        return f"{self.program}.{self.name}" if self.in_file else ""
