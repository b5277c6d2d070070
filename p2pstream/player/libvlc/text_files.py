"""Subtitles in files that have no name on any disk, for libvlc takes them by address alone."""

from __future__ import annotations

import os
from collections.abc import Sequence

from p2pstream.player.scene.side_texts import TextTrack

__all__ = ["TextFiles"]


class TextFiles:
    """In memory, until they are closed, or the process ends in any way.

    :ivar names: of the tracks, in their order; none where the system keeps no files in memory, as Linux does.
    """

    def __init__(self, tracks: Sequence[TextTrack] = ()) -> None:
        if not hasattr(os, "memfd_create"):
            tracks = ()
        self.names = [track.name for track in tracks]
        self._files = [_in_memory(track.content) for track in tracks]

    @property
    def addresses(self) -> list[bytes]:
        """Where libvlc finds each."""
        return [b"file:///proc/self/fd/%d" % file for file in self._files]

    def close(self) -> None:
        """Let go of them; harmless when done twice."""
        while self._files:
            os.close(self._files.pop())


def _in_memory(content: bytes) -> int:
    file = os.memfd_create("p2pstream-subtitles")
    with open(file, "wb", closefd=False) as writing:
        writing.write(content)
    return file
