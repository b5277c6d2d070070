"""Directives that print the tables in the code, so that no page can disagree with them.

``.. settings-table::``, ``.. events-table::``, ``.. metrics-table::``, ``.. limits-table::``,
``.. codes-table::``, ``.. keys-table::``; and ``.. figure-table::``, which prints what a
benchmark wrote down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from p2pstream.codes import Code, words
from p2pstream.events import EVENTS
from p2pstream.limits import Limits
from p2pstream.metrics import METRICS
from p2pstream.player.control.controls import KEYS
from p2pstream.settings import TABLES

FIGURES = Path(__file__).parent / "benchmarks"

Row = Sequence[str]


def code(text: str) -> str:
    """Mark text as code; `cell` sets it so."""
    return f"``{text}``" if text else ""


class Table(Directive):
    """A table of plain cells, with whatever is in double backquotes set as code."""

    head: Row = ()
    widths: Sequence[int] = ()

    def rows(self) -> Iterable[Row]:
        """What is in the table, below its head."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Build the table."""
        group = nodes.tgroup(cols=len(self.head))
        group += [nodes.colspec(colwidth=width) for width in self.widths]
        head, body = nodes.thead(), nodes.tbody()
        head += row(self.head)
        body += [row(cells) for cells in self.rows()]
        group += [head, body]
        table = nodes.table()
        table += group
        return [table]


def row(cells: Row) -> nodes.row:
    """One row."""
    made = nodes.row()
    made += [cell(text) for text in cells]
    return made


def cell(text: str) -> nodes.entry:
    """One cell; every second stretch between double backquotes is code."""
    paragraph = nodes.paragraph()
    for number, part in enumerate(text.split("``")):
        if part:
            paragraph += nodes.literal(part, part) if number % 2 else nodes.Text(part)
    return nodes.entry("", paragraph)


class SettingsTable(Table):
    """Every setting of the program named in the argument."""

    required_arguments = 1
    head = ("flag", "environment", "file", "default", "meaning")
    widths = (22, 26, 14, 10, 40)

    def rows(self) -> Iterator[Row]:
        """One row a setting, in the order of the help."""
        table = next(table for table in TABLES if table.program == self.arguments[0])
        for setting in table.rows():
            flags = ", ".join(code(flag) for flag in setting.flags)
            default = "" if setting.default in (None, False) else setting.default
            shown = ", ".join(map(str, default)) if setting.repeatable else str(default)
            argument = f" {code(setting.argument)}" if setting.argument else ""
            yield flags + argument, code(setting.variable), code(setting.key), code(shown), setting.help


class EventsTable(Table):
    """Every event of ``--json`` and of the logs."""

    head = ("event", "fields", "in words")
    widths = (20, 34, 46)

    def rows(self) -> Iterator[Row]:
        """One row an event."""
        for name, event in EVENTS.items():
            yield code(name), ", ".join(code(field) for field in event.fields), event.sentence


class MetricsTable(Table):
    """Every metric."""

    head = ("metric", "kind", "labels", "of", "what it says")
    widths = (34, 10, 16, 10, 40)

    def rows(self) -> Iterator[Row]:
        """One for each, in the order of the list."""
        for name, kind in METRICS.items():
            labels, roles = ", ".join(map(code, kind.labels)), ", ".join(kind.roles) or "all"
            yield code(name), kind.kind, labels, roles, kind.meaning


class LimitsTable(Table):
    """Every bound, with its reason; or those whose names begin with one of the arguments."""

    optional_arguments = 1
    final_argument_whitespace = True
    head = ("limit", "value", "unit", "reason")
    widths = (26, 12, 12, 50)

    def rows(self) -> Iterator[Row]:
        """One row a limit."""
        beginnings = tuple(" ".join(self.arguments).split()) or ("",)
        for field in fields(Limits):
            about = field.metadata
            if field.name.startswith(beginnings):
                yield code(field.name), f"{field.default:,}", about["unit"], about["reason"]


class CodesTable(Table):
    """Every code that a link may end or refuse with."""

    head = ("code", "name", "meaning")
    widths = (10, 25, 65)

    def rows(self) -> Iterator[Row]:
        """One row a code."""
        for number in Code:
            yield str(number.value), number.name.lower(), words(number)


class KeysTable(Table):
    """What each key of the player does, as its own help has it."""

    head = ("key", "what it does")
    widths = (30, 70)

    def rows(self) -> Iterator[Row]:
        """One row a key."""
        return iter(KEYS)


class FigureTable(Table):
    """What the benchmark named in the argument found, and on what."""

    required_arguments = 1
    head = ("", "median", "range, or the bar")
    widths = (40, 20, 40)

    def rows(self) -> Iterator[Row]:
        """The promises, then each competitor's figures, then the conditions."""
        record = json.loads((FIGURES / f"{self.arguments[0]}.json").read_text("utf-8"))
        for promise, verdict in record["verdicts"].items():
            yield promise, f"{verdict['measured']:.3g}", verdict["bar"]
        for name, samples in record["samples"].items():
            for key, value in record["medians"][name].items():
                taken = [sample[key] for sample in samples]
                spread = f"{min(taken):.3g} to {max(taken):.3g}, {len(taken)} rounds"
                yield f"{name}: {key}", f"{value:.4g}", spread
        conditions = "; ".join(f"{key} {value}" for key, value in record["conditions"].items())
        yield "conditions", "", conditions


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx about the directives."""
    app.add_directive("settings-table", SettingsTable)
    app.add_directive("events-table", EventsTable)
    app.add_directive("metrics-table", MetricsTable)
    app.add_directive("limits-table", LimitsTable)
    app.add_directive("codes-table", CodesTable)
    app.add_directive("keys-table", KeysTable)
    app.add_directive("figure-table", FigureTable)
    return {"parallel_read_safe": True}
