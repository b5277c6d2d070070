"""Text that has to fit.  Pure."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Measure", "shortened"]

#: How wide a text of some size is, in pixels.
Measure = Callable[[str, int], float]


def shortened(text: str, room: float, width: Callable[[str], float]) -> str:
    """``text``, or its beginning and an ellipsis, so that it is at most ``room`` wide."""
    if width(text) <= room:
        return text
    shortest, longest = 0, len(text)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if width(text[:middle].rstrip() + "…") <= room:
            shortest = middle
        else:
            longest = middle - 1
    return text[:shortest].rstrip() + "…" if shortest else ""
