"""What a worker may say that has a film inside: ``python fuzz/media_workers.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.content import side
from p2pstream.errors import CannotPlay, PeerError
from p2pstream.media import answers, messages, session

LENGTH = 1000


def target(said: bytes) -> None:
    """It is heard or refused in a line; it asks for what is in the film; what is packed of it can be read."""
    work = session.WorkSession()
    work.begin(messages.WorkerJob("pictures", LENGTH), 5000)
    parts = list[bytes]()
    try:
        for event in work.receive(messages.frame(messages.READY) + said):
            if isinstance(event, session.WorkerAsks):
                assert 0 <= event.start < event.stop <= LENGTH
                work.give(bytes(event.stop - event.start))
            elif isinstance(event, session.WorkerGives):
                parts.append(event.body)
            elif isinstance(event, session.WorkerEnds):
                packed(event.result, parts)
    except (PeerError, CannotPlay) as fault:
        assert str(fault).isprintable() and len(str(fault)) < 500


def packed(result: bytes, parts: list[bytes]) -> None:
    """The last of its answer, as any of the jobs' answers."""
    try:
        answers.read_texts(result, parts)
    except PeerError:
        answers.read_facts(result)
    facts, pieces, board = answers.read_pictures(result, parts)
    raw = answers.packed(facts, pieces, board, [])
    side.unpack(raw, len(raw))


if __name__ == "__main__":
    from running import run

    run(target, [answers, messages, session], "media_workers")
