"""Canonical bencode: ``python fuzz/bencode.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.codes import Code
from p2pstream.content import bencode
from p2pstream.errors import PeerError


def target(received: bytes) -> None:
    """Bytes are refused in one line, or are the one spelling of what they say."""
    try:
        value = bencode.decode(received)
    except PeerError as fault:
        assert fault.code == Code.BAD_MESSAGE
        assert str(fault).isprintable()
        return
    assert bencode.encode(value) == received, received


if __name__ == "__main__":
    from running import run

    run(target, [bencode], "bencode")
