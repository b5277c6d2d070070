"""Side content of a stranger's: ``python fuzz/side_content.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.content import side
from p2pstream.content.side import browsers, facts, packfile, storyboard
from p2pstream.errors import PeerError


def target(raw: bytes) -> None:
    """A file, or its index behind the right beginning: refused in a line, or within its own length."""
    for each in (raw, packfile.MAGIC + len(raw).to_bytes(4, "big") + raw):
        try:
            read = side.unpack(each, len(each))
        except PeerError as fault:
            assert str(fault).isprintable() and len(str(fault)) < 500
            continue
        assert all(0 < piece.start <= piece.stop <= len(each) for piece in read.pieces)
        assert all(track.label.isprintable() for track in read.facts.tracks)
        browsers.playable(read.facts)
        if read.board is not None:
            assert read.board.sheets == len(read.of(packfile.SHEET))
            storyboard.storyboard_vtt(read.board, read.facts.duration_ms, str)


if __name__ == "__main__":
    from running import run

    run(target, [side, browsers, facts, packfile, storyboard], "side_content")
