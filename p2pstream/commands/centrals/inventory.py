"""What a central lists, page by page, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol, Self

from twisted.internet.defer import Deferred

from p2pstream.content.folding import fold
from p2pstream.content.keys import FileKey, LiveKey, to_base32
from p2pstream.content.listed import ListedName, ListedPage, Standing
from p2pstream.content.text import count_text, duration_text, printable, size_text
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.names.publishers import is_taken

__all__ = ["Inventory"]

#: So much of a publisher's key tells it from others, for eyes.
_SHORT = 8
_WIDEST_NAME = 60
#: No name is shown shorter than it is, for it is to be typed: a joiner of three bytes has six characters.
_LONGEST_NAME = 2 * LIMITS.name_bytes + 54


class Searched(Protocol):
    """What can be searched: `protocols.central.client.CentralClient`."""

    def search(self, words: str = "", after: bytes = b"", most: int = 100) -> Deferred[ListedPage]:
        """A page of the names that have these words."""


@dataclass(frozen=True)
class Inventory:
    """Names, in their order."""

    names: Sequence[ListedName]
    #: Whether there are more than are shown.
    cut: bool = False
    #: Whose stream of a name the user took before (`peer.names.publishers`).
    pins: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    async def ask(
        cls, central: Searched, words: str, pins: Mapping[str, bytes], limits: Limits = LIMITS
    ) -> Self:
        """All names that have these words, up to the bound on them; of one name what was taken before first.

        :raises NoCentral: it cannot be asked.
        """
        names: list[ListedName] = []
        after = b""
        while len(names) < limits.listed_names:
            page = await central.search(words, after)
            names.extend(page.names)
            after = page.after
            if not after:
                break
        cut = bool(after) or len(names) > limits.listed_names
        return cls(_taken_first(names[: limits.listed_names], pins), cut, pins)

    def told(self) -> Iterator[dict[str, Any]]:
        """The fields of an event ``name_listed`` for each."""
        return (_fields(each, self.pins) for each in self.names)

    def table(self, for_eyes: bool) -> Iterator[str]:
        """A line for each; in columns on a terminal, between tabs elsewhere, where programs read it."""
        rows, shown = [], set[tuple[str, str | None]]()
        for each, fields in zip(self.names, self.told(), strict=True):
            film = fold(each.name), fields["key"]
            rows.append(_row(each, fields, film in shown))
            shown.add(film)
        if not (rows and for_eyes):
            yield from ("\t".join(row) for row in rows)
            return
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for name, size, duration, seeds, publisher in rows:
            yield (
                f"{name:{min(widths[0], _WIDEST_NAME)}}  {size:>{widths[1]}}  {duration:>{widths[2]}}"
                f"  {seeds:>{widths[3]}}  {publisher}"
            )
        if self.cut:
            yield f"… and more than these {len(rows)}; add words to see fewer"


def _taken_first(names: Sequence[ListedName], pins: Mapping[str, bytes]) -> list[ListedName]:
    """They come in the order of their folded names."""
    groups = (group for _, group in groupby(names, lambda each: fold(each.name)))
    return [
        each for group in groups for each in sorted(group, key=lambda each: is_taken(each, pins) is not True)
    ]


def _fields(each: ListedName, pins: Mapping[str, bytes]) -> dict[str, Any]:
    record = each.record
    return {
        "name": each.name,
        "key": each.key.text if each.key is not None else None,
        "length": each.key.length if isinstance(each.key, FileKey) else None,
        "duration": record.dur_ms / 1000 if record is not None and record.dur_ms else None,
        "seeds": each.seeds,
        "sources": each.sources,
        "publisher": to_base32(record.pub) if record is not None else None,
        "standing": each.standing.name.lower(),
        "taken": is_taken(each, pins),
    }


def _row(each: ListedName, fields: Mapping[str, Any], again: bool) -> tuple[str, str, str, str, str]:
    size = "" if fields["length"] is None else size_text(fields["length"])
    if isinstance(each.key, LiveKey):
        size = "live"
    duration = "" if fields["duration"] is None else duration_text(fields["duration"])
    publisher = "unsigned" if fields["publisher"] is None else fields["publisher"][:_SHORT]
    if again:
        publisher += " (the same film)"
    elif each.standing is Standing.OTHER:
        publisher += " (another)"
    if fields["taken"] is not None:
        publisher += " (yours before)" if fields["taken"] else " (not yours before)"
    return printable(each.name, _LONGEST_NAME), size, duration, count_text(each.seeds, "seed"), publisher
