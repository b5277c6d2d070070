"""Which container it is."""

from __future__ import annotations

from p2pstream.content.durations.asking import Asking
from p2pstream.content.durations.boxes import BRANDS, boxes_duration
from p2pstream.content.durations.clocks import clocks_duration
from p2pstream.content.durations.elements import MAGIC, elements_duration
from p2pstream.content.mpegts import SURE_BYTES, is_transport_stream
from p2pstream.limits import LIMITS, Limits

__all__ = ["duration_of"]

#: A hundred days: whatever says that it is longer is damaged, or means no time.
_LONGEST_MS = 100 * 86_400_000


def duration_of(length: int, limits: Limits = LIMITS) -> Asking[int]:
    """Milliseconds of a film that takes ``length`` bytes; 0: it does not say, or cannot be understood.

    MP4 and what is like it, Matroska and WebM, and MPEG transport streams are.
    """
    head = yield 0, min(length, SURE_BYTES)
    if head[4:8] in BRANDS:
        found = yield from boxes_duration(length)
    elif head.startswith(MAGIC):
        found = yield from elements_duration(length, limits)
    elif is_transport_stream(head):
        found = yield from clocks_duration(length, limits)
    else:
        found = 0
    return found if 0 < found <= _LONGEST_MS else 0
