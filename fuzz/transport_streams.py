"""MPEG transport streams: ``python fuzz/transport_streams.py -max_total_time=10``.

Each piece that is fed is as long as its first byte says, so that packets are cut anywhere.
"""

from __future__ import annotations

from p2pstream.content import mpegts
from p2pstream.content.mpegts import PACKET, TransportStream, access, packets, program, sections, stream


def target(raw: bytes) -> None:
    """Whole packets come out, in order, and the time never goes back."""
    found, fed, time, place = TransportStream(), 0, 0.0, 0
    while place < len(raw):
        piece = raw[place + 1 : place + 2 + raw[place] * 4]
        place += 1 + len(piece) if piece else 1
        fed += len(piece)
        for part in found.feed(piece):
            assert part.content and not len(part.content) % PACKET
            assert part.content[::PACKET] == b"\x47" * (len(part.content) // PACKET)
            assert part.clock is None or part.clock >= time
            time = part.clock or time
    assert found.skipped <= fed


if __name__ == "__main__":
    from running import run

    run(target, [mpegts, access, packets, program, sections, stream], "transport_streams")
