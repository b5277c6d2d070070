"""The colours of the overlay: red, green, blue and opacity, 0 to 255.  Pure.

Text is light on a dark shade that is dense enough for a contrast of 4.5 to 1 even over a
white film.
"""

from __future__ import annotations

__all__ = ["ACCENT", "BUFFERED", "CLEAR", "DEEP", "HELP", "LIVE", "PAST", "PILL", "SHADE", "SOFT", "TRACK"]

SOFT = (226, 228, 232, 255)
ACCENT = (255, 184, 61, 255)
TRACK = (255, 255, 255, 70)
BUFFERED = (255, 255, 255, 120)
PILL = (12, 14, 18, 216)
HELP = (12, 14, 18, 236)
LIVE = (196, 32, 42, 255)
PAST = (74, 78, 86, 255)
CLEAR = (6, 8, 12, 0)
SHADE = (6, 8, 12, 190)
DEEP = (6, 8, 12, 226)
