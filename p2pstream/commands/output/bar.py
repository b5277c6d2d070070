"""A progress bar on a terminal, drawn by rich; importing this needs it."""

from __future__ import annotations

from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from zope.interface import implementer

from p2pstream.commands.output.told import ToldLines
from p2pstream.content.text import printable, size_text
from p2pstream.interfaces import IEvents

__all__ = ["Bar"]

# What ends the fetching; whatever is said afterwards stands below the bar.
_LAST = frozenset({"fetched", "failed", "finished"})


@implementer(IEvents)
class Bar:
    """Shows the progress of one stream; sentences scroll by above it."""

    def __init__(self, name: str, stream: TextIO) -> None:
        self._name = printable(name, 40)
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        # Drawn when something happened: no thread of its own, no timer.
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=self._console,
            auto_refresh=False,
        )
        self._news = ToldLines()
        self._task = self._progress.add_task(self._name, total=None, rate="")

    def happened(self, event: str, **fields: Any) -> None:
        """See `IEvents.happened`."""
        if event == "progress":
            self._show(fields["received"], fields["length"], fields["rate"], fields["waiting_for"])
        if event == "fetched":
            received = fields["received"]
            self._progress.update(self._task, completed=received, total=received)
        if event in _LAST:
            self._progress.stop()
        if line := self._news.line(event, fields):
            self._console.print(line, soft_wrap=True)

    def _show(self, received: int, length: int | None, rate: float, waiting_for: str) -> None:
        self._progress.start()
        doing = f"{size_text(rate)}/s" if rate else printable(waiting_for, 60)
        self._progress.update(self._task, completed=received, total=length, rate=doing)
        self._progress.refresh()
