"""What a central lists, page by page, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from twisted.internet.defer import Deferred

from p2pstream.content.keys import FileKey, to_base32
from p2pstream.content.listed import ListedName, ListedPage, Standing
from p2pstream.content.text import count_text, duration_text, printable, size_text
from p2pstream.limits import LIMITS, Limits

__all__ = ["Inventory", "told"]

#: So much of a publisher's key tells it from others, for eyes.
_SHORT = 8
_WIDEST_NAME = 60


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

    @classmethod
    async def ask(cls, central: Searched, words: str, limits: Limits = LIMITS) -> Self:
        """All names that have these words, up to the bound on them.

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
        return cls(names[: limits.listed_names], bool(after) or len(names) > limits.listed_names)

    def table(self, for_eyes: bool) -> Iterator[str]:
        """A line for each; in columns on a terminal, between tabs elsewhere, where programs read it."""
        rows = [_row(each) for each in self.names]
        if not for_eyes:
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
        elif not rows:
            yield "nothing is listed"


def told(each: ListedName) -> dict[str, Any]:
    """The fields of the event ``name_listed``."""
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
    }


def _row(each: ListedName) -> tuple[str, str, str, str, str]:
    fields = told(each)
    size = "" if fields["length"] is None else size_text(fields["length"])
    duration = "" if fields["duration"] is None else duration_text(fields["duration"])
    publisher = "unsigned" if fields["publisher"] is None else fields["publisher"][:_SHORT]
    if each.standing is Standing.OTHER:
        publisher += " (another)"
    return printable(each.name), size, duration, count_text(each.seeds, "seed"), publisher
