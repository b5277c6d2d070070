"""Files of subtitles: ``python fuzz/subtitles.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.content import subtitles
from p2pstream.content.subtitles import ass, cues, encodings, markup, srt, vtt
from p2pstream.errors import BadSubtitles
from p2pstream.limits import LIMITS


def target(raw: bytes) -> None:
    """No subtitles, or such as are the same when they are read once more."""
    try:
        found = subtitles.parse_subtitles(raw)
    except BadSubtitles as fault:
        assert str(fault).isprintable()
        return
    written = vtt.webvtt(found)
    assert all(0 <= cue.start_ms < cue.end_ms <= cues.LONGEST_MS for cue in found)
    if all(len(cue.text) <= LIMITS.subtitle_cue_length for cue in found):
        assert subtitles.parse_subtitles(written) == found, written


if __name__ == "__main__":
    from running import run

    run(target, [subtitles, ass, cues, encodings, markup, srt, vtt], "subtitles")
