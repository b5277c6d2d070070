"""What a doctor finds."""

from __future__ import annotations

from p2pstream.values import value

__all__ = ["Finding"]


@value
class Finding:
    """One line: what was looked at, and whether it is as it should be."""

    good: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok ' if self.good else 'BAD'} {self.text}"
