"""The table as Twisted's ``usage.Options`` and argparse want it; neither is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2pstream.settings.row import Setting
from p2pstream.settings.several import Settings

__all__ = ["help_text", "opt_flags", "opt_given", "opt_parameters"]


def opt_parameters(table: type[Settings]) -> list[list[Any]]:
    """``optParameters`` for `twisted.python.usage.Options`: everything that takes one value.

    A repeatable one needs an ``opt_<name>`` method that appends to a list.
    """
    return [
        [row.flags[-1].lstrip("-"), _short(row), None, help_text(row)]
        for row in table.rows()
        if not row.is_switch and not row.repeatable
    ]


def opt_flags(table: type[Settings]) -> list[list[Any]]:
    """``optFlags`` for `twisted.python.usage.Options`: every switch."""
    return [[row.flags[-1].lstrip("-"), _short(row), row.help] for row in table.rows() if row.is_switch]


def opt_given(table: type[Settings], options: Mapping[str, Any]) -> dict[str, Any]:
    """What `resolve` wants, from parsed `twisted.python.usage.Options`."""
    found = {row.name: options.get(row.flags[-1].lstrip("-")) for row in table.rows()}
    # 0 is a switch that was left out.  Empty text was given, and is refused: --ip "" is no
    # wish to listen on all addresses.
    return {name: None if value == 0 else value for name, value in found.items()}


def help_text(row: Setting) -> str:
    """What one setting means, and its default."""
    if not row.default:
        return row.help
    default = ", ".join(map(str, row.default)) if row.repeatable else row.default
    # Every number with a fraction is how long something lasts.
    return f"{row.help} (default: {_written(default) if isinstance(default, float) else default})"


def _written(seconds: float) -> str:
    """As `kinds.span` reads it."""
    return f"{seconds / 60:g}m" if seconds % 60 == 0 else f"{seconds:g}s"


def _short(row: Setting) -> str | None:
    return row.flags[0].lstrip("-") if len(row.flags) > 1 else None
