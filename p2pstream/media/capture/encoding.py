"""Pictures in H.264 and sound in AAC, coded for those who wait for them.

x264, which PyAV's wheels carry, is under the GNU General Public License: whoever passes on
a program together with it does so under that licence (``docs/howto/live``).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av

__all__ = ["PictureEncoder", "SoundEncoder"]

_SOUND_RATE = 48_000
_SOUND_BITS = 128_000


class PictureEncoder:
    """One stream of pictures of the output.

    :param rate: pictures a second; there is one that needs no other each second.
    :param steady: exactly so many bits a second, filled up where fewer would do.
    """

    def __init__(
        self, out: Any, size: tuple[int, int], rate: Fraction | int, bits: int, *, steady: bool = False
    ) -> None:
        # Colours have half the pixels, so an odd one is left out.
        self._size = size[0] - size[0] % 2, size[1] - size[1] % 2
        params = f"keyint={max(1, round(float(rate)))}:min-keyint=1:scenecut=0:bframes=0"
        params += f":vbv-maxrate={bits // 1000}:vbv-bufsize={bits // 2000}" + (
            ":nal-hrd=cbr:filler=1" if steady else ""
        )
        options = {"preset": "veryfast", "tune": "zerolatency", "x264-params": params}
        stream = out.add_stream("libx264", rate=rate, options=options)
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = bits
        stream.codec_context.time_base = Fraction(1, 90_000)
        self._stream = stream
        self._last = -1

    def encode(self, frame: Any, seconds: float) -> Iterator[Any]:
        """The packets that it completes; whatever its size, it is made to fit."""
        if (frame.width, frame.height) != self._size or frame.format.name != "yuv420p":
            frame = frame.reformat(*self._size, "yuv420p")
        ticks = round(seconds * 90_000)
        if ticks <= self._last:
            return
        self._last = ticks
        frame.pts, frame.time_base = ticks, Fraction(1, 90_000)
        frame.pict_type = 0
        yield from self._stream.encode(frame)

    def end(self) -> Iterator[Any]:
        """The last ones."""
        yield from self._stream.encode(None)


class SoundEncoder:
    """One stream of sound of the output: stereo, 48 kHz."""

    def __init__(self, out: Any) -> None:
        self._stream = out.add_stream("aac", rate=_SOUND_RATE)
        self._stream.bit_rate = _SOUND_BITS
        self._fit = av.AudioResampler("fltp", "stereo", _SOUND_RATE, frame_size=1024)
        self._samples: int | None = None

    def encode(self, frame: Any, seconds: float) -> Iterator[Any]:
        """The packets that it completes."""
        if self._samples is None:
            self._samples = round(seconds * _SOUND_RATE)
        frame.pts = None
        for fitting in self._fit.resample(frame):
            fitting.pts, fitting.time_base = self._samples, Fraction(1, _SOUND_RATE)
            self._samples += fitting.samples
            yield from self._stream.encode(fitting)

    def end(self) -> Iterator[Any]:
        """The last ones."""
        yield from self._stream.encode(None)
