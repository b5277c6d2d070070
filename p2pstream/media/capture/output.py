"""MPEG-TS on the standard output, each packet as soon as it is there."""

from __future__ import annotations

import os
from typing import Any

import av

__all__ = ["CARRIED", "open_output"]

#: What receivers of MPEG-TS know, as FFmpeg calls it.
CARRIED = {"h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "aac", "mp2", "mp3", "ac3", "eac3", "opus"}
_OPTIONS = {
    "flush_packets": "1",
    # Sound that fails must not keep the pictures waiting, nor the other way round.
    "max_interleave_delta": "300000",
    "pat_period": "0.5",
}


class _Descriptor:
    """What PyAV writes to."""

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, content: bytes) -> int:
        """All of it, however long that takes: who reads sets the pace.  Nobody reads: all is over."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self._number, rest) :]
        except BrokenPipeError:
            # Beneath us is FFmpeg, through which no error of ours gets whole.
            os._exit(0)
        return len(content)


def open_output(descriptor: int = 1) -> Any:
    """A container that is written to as it grows."""
    return av.open(_Descriptor(descriptor), "w", format="mpegts", options=_OPTIONS)
