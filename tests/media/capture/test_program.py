"""The program that captures, as a process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import av
from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream.content.mpegts import TransportStream
from p2pstream.media.capture import program
from p2pstream.media.capture.clock import read_clock
from p2pstream.media.process import av_folder
from p2pstream.testing.film import make_film
from tests.media.filmed import number_of

OURS = str(Path(p2pstream.__file__).parents[1])


def started(*arguments: str, environ: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """It runs."""
    command = [sys.executable, "-I", "-S", program.__file__, OURS, str(av_folder()), *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ
    )


def said(*arguments: str, environ: dict[str, str] | None = None) -> tuple[bytes, str, int]:
    """What it wrote, what it said, and how it ended."""
    process = started(*arguments, environ=environ)
    out, words = process.communicate(timeout=30)
    return out, words.decode(), process.returncode


def numbers(stream: bytes) -> list[int | None]:
    """Of the pictures in it."""
    with av.open(io.BytesIO(stream), format="mpegts") as film:
        return [number_of(frame) for frame in film.decode(video=0)]


class CaptureTests(SynchronousTestCase):
    """Inputs of each kind."""

    def film(self, container: str, seconds: float = 1.0) -> str:
        """The path of one."""
        path = self.mktemp()
        make_film(path, seconds, 320, 180, container=container)
        return path

    def test_film(self) -> None:
        """As it is, whole, in the time it takes to watch it."""
        out, words, code = said(self.film("mkv"))
        self.assertEqual((words, code), ("", 0))
        self.assertEqual(numbers(out), list(range(30)))

    def test_again_and_again(self) -> None:
        """A loop is one stream, whose clock does not jump; who stops reading ends it, without a word."""
        process = started(self.film("mp4", 0.4), "--loop")
        assert process.stdout is not None and process.stderr is not None
        out = b""
        while len(out) < 150_000:
            out += os.read(process.stdout.fileno(), 65536)
        process.stdout.close()
        self.assertEqual((process.wait(timeout=20), process.stderr.read()), (0, b""))
        process.stderr.close()
        stream = TransportStream()
        stream.feed(out)
        self.assertEqual((stream.jumps, stream.skipped), (0, 0))
        self.assertGreater(numbers(out).count(5), 1)

    def test_coded_anew(self) -> None:
        """Pictures in H.264 with one to begin at each second."""
        out, words, code = said(self.film("ts", 1.5), "--encode")
        self.assertEqual((words, code), ("", 0))
        self.assertEqual(len(numbers(out)), 45)
        self.assertEqual(len([part for part in TransportStream().feed(out) if part.rap]), 2)

    def test_test(self) -> None:
        """The pattern: 3 Mb/s, and a clock that is read."""
        process = started("test")
        assert process.stdout is not None and process.stderr is not None
        out = process.stdout.read(400_000)
        process.stdout.close()
        process.stderr.close()
        process.wait(timeout=20)
        with av.open(io.BytesIO(out), format="mpegts") as film:
            frame = next(film.decode(video=0))
            self.assertIsNotNone(read_clock(bytes(frame.planes[0]), frame.planes[0].line_size))
            self.assertEqual((frame.width, frame.height), (1280, 720))

    def test_damaged(self) -> None:
        """What is damaged here and there is sent on but for that, or one line says why not."""
        whole = Path(self.film("mkv", 0.5)).read_bytes()
        # Its writer is called so, which is no UTF-8 then.
        unreadable = whole.replace(b"Lavf", b"\xf9\xfa\xfb\xfc")
        self.assertNotEqual(whole, unreadable)
        Path(path := self.mktemp()).write_bytes(unreadable)
        out, words, code = said(path)
        self.assertEqual((words, code), ("", 0))
        self.assertTrue(out)

    def test_words(self) -> None:
        """One line each, and no traceback."""
        empty = self.mktemp()
        Path(empty).write_bytes(b"")
        wayland = {"WAYLAND_DISPLAY": "wayland-0"}
        for arguments, environ, words in (
            (["/nowhere/film.mkv"], None, "cannot open /nowhere/film.mkv: No such file"),
            ([empty], None, "cannot open"),
            (["x11grab:"], wayland, "send the screen from OBS"),
            (["pulse:"], None, "the FFmpeg in PyAV cannot read pulse"),
            (["http://127.0.0.1:1/film.ts"], None, "Connection refused"),
        ):  # type: ignore[assignment]
            out, line, code = said(*arguments, environ=environ)
            self.assertEqual((out, code, line.count("\n")), (b"", 1, 1), line)
            self.assertIn(words, line)
