"""Where values come from: flag, environment, file, default."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from p2pstream.content.refusals import reason
from p2pstream.content.text import printable, size_text
from p2pstream.errors import UsageError
from p2pstream.limits import LIMITS
from p2pstream.settings.row import Setting
from p2pstream.settings.several import Settings
from p2pstream.settings.table import TABLES

__all__ = ["resolve"]

Table = TypeVar("Table", bound=Settings)


def resolve(table: type[Table], given: Mapping[str, Any], environ: Mapping[str, str]) -> Table:
    """The settings of one run.

    :param given: what stood on the command line, by the name of the row: text,
        True for a switch, a list for a repeatable one; None or nothing where the
        flag was left out.
    :raises UsageError: one line that names the flag, the variable, or the file and key.
    """
    filed = _filed(table, given, environ)
    found: dict[str, Any] = {}
    for row in table.rows():
        for origin, raw in (
            (row.flags[-1], given.get(row.name)),
            (row.variable, environ.get(row.variable)),
            (f"{filed.path}: {row.key}", filed.values.get(row.name)),
        ):
            if raw is not None:
                found[row.name] = _value(row, origin, raw)
                break
    return table(**found)


@dataclass(frozen=True)
class _Filed:
    path: str
    values: Mapping[str, Any]


def _filed(table: type[Settings], given: Mapping[str, Any], environ: Mapping[str, str]) -> _Filed:
    """The part of the settings file that belongs to this program."""
    asked = given.get("config") or environ.get("P2PSTREAM_CONFIG")
    folder = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    file = asked or os.path.join(folder, "p2pstream", "config.toml")
    tables = _read(file) if asked or os.path.exists(file) else {}
    shown = printable(file)
    programs = {known.program for known in TABLES}
    for name, values in tables.items():
        if name not in programs or not isinstance(values, dict):
            raise UsageError(f"{shown}: there is no table [{printable(name)}]; write {_listed(programs)}")
    values = tables.get(table.program, {})
    names = {row.name for row in table.rows() if row.in_file}
    for name in values:
        if name not in names:
            raise UsageError(
                f"{shown}: {table.program} has no setting {printable(name)}; it has {_listed(names)}"
            )
    return _Filed(shown, values)


def _read(file: str) -> dict[str, Any]:
    import tomllib

    try:
        # No more than the bound: it may be a device that never ends.
        with open(file, "rb", opener=_open_file) as source:
            content = source.read(LIMITS.settings_bytes + 1)
    except OSError as fault:
        raise UsageError(f"cannot read the settings in {printable(file)}: {reason(fault)}") from None
    if len(content) > LIMITS.settings_bytes:
        most = size_text(LIMITS.settings_bytes)
        raise UsageError(f"cannot read the settings in {printable(file)}: {most} are the most")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        # Numbers of thousands of digits are a plain ValueError.
        raise UsageError(f"{printable(file)} is no TOML: {printable(str(fault))}") from None


def _open_file(path: str, flags: int) -> int:
    """Open it without waiting for whoever may write into it."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY)
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file")
    return descriptor


def _value(row: Setting, origin: str, raw: Any) -> Any:
    """``raw``, from wherever it came, as the value that the program works with."""
    if not row.repeatable:
        return _one(row, origin, raw)
    if isinstance(raw, str):
        raw = raw.split(row.between or os.pathsep)
    elif not isinstance(raw, list | tuple):
        raw = [raw]
    elif row.between:
        raw = [part for each in raw for part in str(each).split(row.between)]
    return tuple(_one(row, origin, each) for each in raw)


def _one(row: Setting, origin: str, raw: Any) -> Any:
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    # A number of thousands of digits cannot even be shown.
    if not isinstance(raw, str | int | float) or (isinstance(raw, int) and raw.bit_length() > 64):
        raise UsageError(f"{origin}: one text or number belongs here")
    try:
        return row.kind(str(raw))
    except ValueError as fault:
        raise UsageError(f"{origin}: cannot take “{printable(str(raw), 80)}”: {fault}; try --help") from None


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
