"""Containers of films, read for how long these are: ``python fuzz/durations.py -max_total_time=10``.

The first byte of an input says what its rest begins with.
"""

from __future__ import annotations

from p2pstream.content.durations import boxes, clocks, containers, elements
from p2pstream.limits import LIMITS

BEGINNINGS = (
    b"",
    b"\0\0\0\x10ftypisom\0\0\0\0",
    b"\0\0\0\x08moov",
    elements.MAGIC + b"\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
    (b"\x47\x00\x07\x10".ljust(188, b"\xff")) * 3,
)


def target(raw: bytes) -> None:
    """Nothing is read beyond the end, nothing goes on for ever, and what is found is a length."""
    content = BEGINNINGS[raw[0] % len(BEGINNINGS)] + raw[1:] if raw else b""
    asking = containers.duration_of(len(content))
    start, stop = next(asking)
    for _ in range(LIMITS.duration_reads + len(content)):
        assert 0 <= start <= stop <= len(content), (start, stop, len(content))
        try:
            start, stop = asking.send(content[start:stop])
        except StopIteration as end:
            assert 0 <= end.value <= 100 * 86_400_000
            return
    raise AssertionError("it reads the same again and again")


if __name__ == "__main__":
    from running import run

    run(target, [boxes, clocks, containers, elements], "durations")
