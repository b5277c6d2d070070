"""What is shared, in its folders: what whoever looks through it with a remote control is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["ROOT", "LibraryEntry", "LibraryFilm", "LibraryFolder"]

#: The number of the folder in which everything is.
ROOT = 0


@dataclass(frozen=True, slots=True)
class LibraryFolder:
    """A folder below a shared one; several shared folders count as one."""

    #: No other entry has it or had it, for as long as the program runs.
    number: int
    #: The number of the folder that it is in; of `ROOT`, -1.
    parent: int
    #: What it is called; empty for `ROOT`.
    title: str


@dataclass(frozen=True, slots=True)
class LibraryFilm:
    """A film, or a piece of sound."""

    number: int
    parent: int
    #: What it is asked for by.
    name: str
    #: Bytes.
    length: int
    #: Its media type.
    kind: str

    @property
    def title(self) -> str:
        """What people are shown."""
        return self.name


LibraryEntry: TypeAlias = LibraryFolder | LibraryFilm
