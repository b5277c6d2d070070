"""What requests say of themselves: ``python fuzz/http_requests.py -max_total_time=10``.

The lines of an input are a target, a range, a host, an origin, tags, and a name.
"""

from __future__ import annotations

from p2pstream.content.sniff import Sniff
from p2pstream.protocols.http import fence, media, ranges, replies, sniff

LENGTHS = (0, 1, 1000, 2**48)


def target(received: bytes) -> None:
    """Every parser on one line each, and the first bytes on all of it."""
    lines = [*received.split(b"\n"), *[b""] * 6]
    assert sniff.sniff(received[:512]) in Sniff
    authority, _ = fence.split_target(lines[0])
    headers = {b"host": lines[2:3], b"origin": lines[3:4]}
    status = fence.judge(b"HTTP/1.1", authority, lambda name: headers.get(name, ()), {"den"})
    assert status or lines[3].lower().partition(b"://")[2] == (authority or lines[2]).lower()
    name = lines[5].decode("utf-8", "replace")
    header = media.disposition(name)
    assert header.isascii() and header.isprintable(), header
    media.is_refused(name, received)
    for length in LENGTHS:
        read(lines, name or "film", length)


def read(lines: list[bytes], name: str, length: int) -> None:
    """One stream, asked for as the lines say."""
    last = 0
    for start, stop in ranges.parse_ranges(lines[1], length) or ():
        assert last <= start < stop <= length, lines[1]
        last = stop
    asked = replies.Conditions(lines[1], None, lines[4] or None)
    what = replies.reply(asked, replies.Target(name, length, "v"), b"boundary")
    assert all(0 <= start <= stop <= length for start, stop in what.spans), what
    assert all(b"\n" not in value and b"\r" not in value for value in what.headers.values()), what


if __name__ == "__main__":
    from running import run

    run(target, [fence, media, ranges, replies, sniff], "http_requests")
