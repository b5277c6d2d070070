"""How old a picture is when it can be shown, by the clock that is in it."""

from __future__ import annotations

import time
from queue import SimpleQueue
from threading import Thread
from typing import Any

import av

from p2pstream.media.capture.clock import read_clock

__all__ = ["Frames"]


class Frames:
    """A consumer that decodes what comes, in a thread.

    :ivar seen: of each picture, when it was drawn and how much later it was decoded; ms.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self._parts: SimpleQueue[bytes] = SimpleQueue()
        self._left = b""
        Thread(target=self._decode, daemon=True).start()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """Twisted: it is never asked to pause."""

    def unregisterProducer(self) -> None:
        """Twisted: that was all."""
        self._parts.put(b"")

    def write(self, data: bytes) -> None:
        """Twisted: more of the film."""
        self._parts.put(data)

    def read(self, most: int) -> bytes:
        """PyAV: what is there; waits for more, and gives nothing at the end."""
        if not self._left:
            self._left = self._parts.get()
        part, self._left = self._left[:most], self._left[most:]
        return part

    def _decode(self) -> None:
        film = av.open(self, format="mpegts", buffer_size=4096)
        video = film.streams.video[0]
        # Threads would each hold a picture back.
        video.codec_context.thread_count = 1
        note(film, video, self.seen)


def note(film: Any, video: Any, seen: list[tuple[int, int]]) -> None:
    """Note each picture as it is decoded, to the end."""
    for frame in film.decode(video):
        luma = frame.planes[0]
        drawn = read_clock(memoryview(luma), luma.line_size)
        if drawn is not None:
            seen.append((drawn, time.time_ns() // 1_000_000 - drawn))
