"""A test pattern that moves, with a clock in it, and a tone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import av
import av.filter

from p2pstream.media.capture.clock import draw_clock

__all__ = ["SOUND_RATE", "pictures", "tone"]

SOUND_RATE = 48_000
_SOUND_FRAME = 1024


def pictures(width: int, height: int, rate: int) -> Iterator[Any]:
    """Frames of yuv420p; the clock in each says when it was drawn."""
    graph = av.filter.Graph()
    source = graph.add("testsrc2", f"size={width}x{height}:rate={rate}")
    plain = graph.add("format", "pix_fmts=yuv420p")
    source.link_to(plain)
    plain.link_to(graph.add("buffersink"))
    graph.configure()
    while True:
        frame: Any = graph.pull()
        luma = frame.planes[0]
        draw_clock(memoryview(luma), luma.line_size, time.time_ns() // 1_000_000)
        yield frame


def tone() -> Iterator[Any]:
    """Frames of sound: a tone of 440 Hz, and a higher one each second."""
    graph = av.filter.Graph()
    said = f"frequency=440:beep_factor=4:sample_rate={SOUND_RATE}:samples_per_frame={_SOUND_FRAME}"
    source = graph.add("sine", said)
    form = graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo")
    source.link_to(form)
    form.link_to(graph.add("abuffersink"))
    graph.configure()
    while True:
        yield graph.pull()
