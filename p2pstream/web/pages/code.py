"""A QR code as a picture.  Pure."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from p2pstream.content.qr import qr_code
from p2pstream.web.markup import Markup, tag

__all__ = ["code_picture"]

#: Light modules around it; the standard wants four.
_QUIET = 4


@lru_cache(maxsize=100)
def code_picture(text: str) -> Markup | None:
    """Dark on light, whatever light the page is in; None where the text is too long."""
    grid = qr_code(text)
    if grid is None:
        return None
    runs = []
    for y, row in enumerate(grid):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    side = len(grid) + 2 * _QUIET
    box = f"-{_QUIET} -{_QUIET} {side} {side}"
    return tag.svg(
        tag.path(d="".join(runs), fill="#000"), viewBox=box, role="img", aria_label=f"QR code of {text}"
    )
