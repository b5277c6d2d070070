"""A publisher by HTTP: ``python fuzz/put_session.py -max_total_time=10``.

Whoever asks to publish may; each piece is as long as its first byte says.
"""

from __future__ import annotations

from p2pstream.content.publishing import Footage, PublishAsked, Unpublished
from p2pstream.errors import PeerError
from p2pstream.protocols.put import body, session
from p2pstream.protocols.put.session import PutSession


def target(raw: bytes) -> None:
    """A line for people, or at most one request, a film after it within what came, and one end."""
    publisher, heard, length, place = PutSession(), list[type](), 0, 0
    try:
        while place < len(raw):
            stop = place + 1 + raw[place]
            for event in publisher.receive(raw[place + 1 : stop]):
                heard.append(type(event))
                length += len(event.content) if isinstance(event, Footage) else 0
                if isinstance(event, PublishAsked):
                    publisher.accept()
            place = stop
    except PeerError as fault:
        assert str(fault).isprintable()
    assert heard.count(PublishAsked) <= 1 and heard.count(Unpublished) <= 1 and length <= len(raw)
    assert Footage not in heard or heard.index(PublishAsked) < heard.index(Footage)


if __name__ == "__main__":
    from running import run

    run(target, [body, session], "put_session")
