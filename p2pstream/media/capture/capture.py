"""From an input to the standard output, until it ends."""

from __future__ import annotations

import time

from av.error import FFmpegError

from p2pstream.errors import CannotPlay
from p2pstream.media.capture.encoding import PictureEncoder, SoundEncoder
from p2pstream.media.capture.films import sender
from p2pstream.media.capture.origin import called, open_input
from p2pstream.media.capture.output import open_output
from p2pstream.media.capture.real_time import RealTime
from p2pstream.media.capture.testcard import SOUND_RATE, pictures, tone

__all__ = ["capture"]

_WIDTH, _HEIGHT, _RATE, _BITS = 1280, 720, 30, 3_000_000


def capture(text: str, *, encode: bool = False, loop: bool = False, form: str | None = None) -> None:
    """Send that as MPEG-TS.

    :param text: ``test``, or what `origin.open_input` takes.
    :param loop: begin again when it is over, a file.
    :raises CannotPlay: it cannot be opened, or nobody could watch it.
    """
    if text == "test":
        _testcard()
        return
    try:
        end = _send(text, encode, loop, form)
    except FFmpegError as fault:
        raise CannotPlay(f"{called(text)} cannot be sent on: {fault.strerror}") from None
    if not end:
        raise CannotPlay(f"nothing that could be sent on came from {called(text)}")


def _send(text: str, encode: bool, loop: bool, form: str | None) -> float:
    """How many seconds of it were sent."""
    source = open_input(text, form)
    pace = RealTime(time.monotonic, time.sleep) if source.is_file else None
    with open_output() as out:
        sending = sender(source, out, pace, encode)
        sending.run(source.container)
        while loop and source.is_file and sending.end:
            source = open_input(text)
            sending.run(source.container)
    return sending.end


def _testcard() -> None:
    pace = RealTime(time.monotonic, time.sleep)
    with open_output() as out:
        coder = PictureEncoder(out, (_WIDTH, _HEIGHT), _RATE, _BITS, steady=True)
        speaker, sound, heard = SoundEncoder(out), tone(), 0.0
        try:
            for number, frame in enumerate(pictures(_WIDTH, _HEIGHT, _RATE)):
                seconds = number / _RATE
                out.mux(list(coder.encode(frame, seconds)))
                while heard <= seconds:
                    piece = next(sound)
                    out.mux(list(speaker.encode(piece, heard)))
                    heard += piece.samples / SOUND_RATE
                pace.wait((number + 1) / _RATE)
        except FFmpegError as fault:
            raise CannotPlay(f"the test pattern cannot be made: {fault}") from None
