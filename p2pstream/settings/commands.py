"""The settings that all commands have, and those of the one that has no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from p2pstream.settings import kinds
from p2pstream.settings.row import setting
from p2pstream.settings.several import KeepingSettings

__all__ = ["CommandSettings", "ListSettings"]


@dataclass(frozen=True)
class CommandSettings(KeepingSettings):
    """What all commands have that ask a central."""

    topic: ClassVar[str] = "what is told"

    quiet: bool = setting(False, kinds.switch, "-q --quiet", "say nothing but errors")
    json: bool = setting(False, kinds.switch, "--json", "write events to stdout, a JSON object a line")
    debug: bool = setting(False, kinds.switch, "--debug", "show where in the code an error arose")


@dataclass(frozen=True)
class ListSettings(CommandSettings):
    """``p2p-list``."""

    program: ClassVar[str] = "list"
