"""A film or another's broadcast, sent on as it is or coded anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

from av.error import FFmpegError, InvalidDataError

from p2pstream.errors import CannotPlay
from p2pstream.limits import LIMITS
from p2pstream.media.capture.encoding import PictureEncoder, SoundEncoder
from p2pstream.media.capture.origin import Input
from p2pstream.media.capture.output import CARRIED
from p2pstream.media.capture.real_time import RealTime
from p2pstream.media.copies import copy_of

__all__ = ["Copying", "Encoding", "sender"]

_BITS = 3_000_000
#: Sound and pictures are not quite in step: so far back is no jump.
_BACK_S = 1.0


class Copying:
    """Sends packets on.

    :param pace: where it has no speed of its own.
    """

    def __init__(self, container: Any, out: Any, pace: RealTime | None) -> None:
        streams = _chosen(container)
        for stream in streams:
            # PyAV has no context for what FFmpeg cannot decode.
            name = "what is in it" if stream.codec_context is None else stream.codec_context.name
            if name not in CARRIED:
                raise CannotPlay(f"{name} cannot be broadcast as it is: have it coded anew with --encode")
        self._out = out
        self._pace = pace
        self._copies = [copy_of(stream, out) for stream in streams]
        self._last: dict[int, int] = {}
        #: Seconds that are over.
        self.end = 0.0

    def run(self, container: Any) -> None:
        """All of it, after what was sent before."""
        streams = _chosen(container)
        copies = {stream.index: copy for stream, copy in zip(streams, self._copies, strict=False)}
        line = _Line(self.end)
        for packet in _whole_packets(container, streams):
            shift = line.shift(float(packet.dts * packet.time_base), self.end)
            if self._pace is not None:
                self._pace.wait(float(packet.dts * packet.time_base) + shift)
            self._send(packet, copies[packet.stream.index], shift)

    def _send(self, packet: Any, copy: Any, shift: float) -> None:
        moved = round(shift / packet.time_base)
        packet.dts += moved
        packet.pts = packet.dts if packet.pts is None else packet.pts + moved
        if packet.dts <= self._last.get(copy.index, packet.dts - 1):
            return
        self._last[copy.index] = packet.dts
        end = float((packet.dts + (packet.duration or 1)) * packet.time_base)
        packet.stream = copy
        # One that is damaged is left out, and no more than that.
        with suppress(InvalidDataError):
            self._out.mux(packet)
            self.end = max(self.end, end)


class Encoding:
    """Decodes, and codes anew."""

    def __init__(self, container: Any, out: Any, pace: RealTime | None) -> None:
        self._out = out
        self._pace = pace
        self._coders: dict[str, PictureEncoder | SoundEncoder] = {}
        for stream in _chosen(container):
            if stream.type == "audio":
                self._coders["audio"] = SoundEncoder(out)
                continue
            context, rate = stream.codec_context, stream.average_rate or Fraction(25)
            self._coders["video"] = PictureEncoder(out, (context.width, context.height), rate, _BITS)
        self.end = 0.0

    def run(self, container: Any) -> None:
        """All of it, after what was sent before."""
        line = _Line(self.end)
        for frame in _whole_frames(container, _chosen(container)):
            seconds = frame.time + line.shift(frame.time, self.end)
            if self._pace is not None:
                self._pace.wait(seconds)
            self.end = max(self.end, seconds + 0.02)
            kind = "video" if hasattr(frame, "width") else "audio"
            if kind in self._coders:
                self._out.mux(list(self._coders[kind].encode(frame, seconds)))


class _Line:
    """One line of time, whatever times say: from where it begins, and on where they jump."""

    def __init__(self, begin: float) -> None:
        self._begin = begin
        self._last: float | None = None
        self._shift = 0.0

    def shift(self, at: float, end: float) -> float:
        """What is added to a time, in seconds; ``end``: how far the line is."""
        if self._last is None:
            self._shift = self._begin - at
        elif not -_BACK_S < at - self._last < LIMITS.live_clock_step_s:
            self._shift = end - at
        self._last = at
        return self._shift


def sender(source: Input, out: Any, pace: RealTime | None, encode: bool) -> Copying | Encoding:
    """What sends that on."""
    coded = encode or source.is_raw
    return Encoding(source.container, out, pace) if coded else Copying(source.container, out, pace)


def _chosen(container: Any) -> list[Any]:
    """Its first picture and its first sound.

    :raises CannotPlay: it has neither.
    """
    found = [*container.streams.video[:1], *container.streams.audio[:1]]
    if not found:
        raise CannotPlay("there is neither a picture nor sound in it")
    return found


def _whole_packets(container: Any, streams: list[Any]) -> Iterator[Any]:
    """Those that have a time; a file that is damaged ends where it is."""
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, FFmpegError):
            return
        except IndexError:
            # Of a track that begins in the middle PyAV knows nothing: the others go on.
            packets = container.demux(streams)
            continue
        if packet.size and not packet.is_corrupt and packet.dts is not None:
            yield packet


def _whole_frames(container: Any, streams: list[Any]) -> Iterator[Any]:
    frames = container.decode(streams)
    while True:
        try:
            frame = next(frames)
        except (StopIteration, FFmpegError):
            return
        except IndexError:
            frames = container.decode(streams)
            continue
        if frame.time is not None:
            yield frame
