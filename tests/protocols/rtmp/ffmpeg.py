"""FFmpeg's own publisher: ``python ffmpeg.py URL [FORMAT]`` sends a second of grey pictures, as FLV or so.

A process of its own, since PyAV holds the interpreter while it connects.
"""

import contextlib
import sys

import av
import numpy


def publish(url: str, form: str = "flv") -> None:
    """25 pictures, as quickly as they are taken."""
    options = {"method": "PUT"} if url.startswith("http:") else {}
    with contextlib.closing(av.open(url, "w", format=form, options=options)) as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for shade in range(25):
            frame = av.VideoFrame.from_ndarray(numpy.full((90, 160, 3), shade, numpy.uint8), format="rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())


if __name__ == "__main__":
    publish(*sys.argv[1:])
