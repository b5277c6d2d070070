"""One text on the screen, from a time to a time."""

from __future__ import annotations

import re

from p2pstream.values import value

__all__ = ["LONGEST_MS", "Cue", "time_ms"]

#: A time past this is no time of a film: a hundred hours.
LONGEST_MS = 360_000_000

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})")


@value
class Cue:
    """Text as WebVTT has it: escaped, with `markup`'s marks, no empty line in it."""

    start_ms: int
    end_ms: int
    text: str
    #: WebVTT's settings; of strangers' only those that `vtt` knows.
    settings: str = ""


def time_ms(text: str) -> int | None:
    """``[H:]M:S.mmm``, also with a comma, and with fewer digits behind it; None: no time of a film."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, part = found.groups(default="0")
    total = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    time = total * 1000 + int(part.ljust(3, "0"))
    return time if time <= LONGEST_MS else None
