"""A publisher after its greeting: ``python fuzz/rtmp_session.py -max_total_time=10``.

Whoever asks to publish may; each piece is as long as its first byte says.
"""

from __future__ import annotations

from p2pstream.content.publishing import Footage, PublishAsked, Unpublished
from p2pstream.errors import PeerError
from p2pstream.protocols.rtmp import amf, flv, messages, session
from p2pstream.protocols.rtmp.session import Phase, RtmpSession

GREETING = b"\x03" + bytes(8) + b"c" * 1528 + b"e" * 1536


def target(raw: bytes) -> None:
    """A line for people, or at most one request, a film after it, and one end."""
    publisher = RtmpSession(b"r" * 1528)
    publisher.receive(GREETING)
    heard = []
    place = 0
    try:
        while place < len(raw):
            stop = place + 1 + raw[place]
            for event in publisher.receive(raw[place + 1 : stop]):
                heard.append(type(event))
                if isinstance(event, PublishAsked):
                    publisher.accept()
            place = stop
    except PeerError as fault:
        assert str(fault).isprintable()
    assert heard.count(PublishAsked) <= 1 and heard.count(Unpublished) <= 1
    assert Footage not in heard or heard.index(PublishAsked) < heard.index(Footage)
    assert Unpublished not in heard or publisher.phase is Phase.OVER


if __name__ == "__main__":
    from running import run

    run(target, [amf, flv, messages, session], "rtmp_session")
