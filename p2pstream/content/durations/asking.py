"""How who reads a container asks for parts of a file."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

__all__ = ["Asking", "Part"]

_Found = TypeVar("_Found")

#: From the first byte to that behind the last one.
Part = tuple[int, int]
#: Yields a `Part`, is sent the bytes there, fewer where the file ends, and returns what was looked for.
Asking = Generator[Part, bytes, _Found]
