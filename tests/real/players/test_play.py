"""``p2p-play`` as a process, in a window."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.testing.film import make_film
from tests.real.kernel import Stopwatch, waited
from tests.real.processes import ROOT, ProcessesMixin, Program, free_loopback
from tests.real.servers import CENTRAL_PORT, PEER_PORT, Serve, Server, breaking, listing, saying, stalling

SECONDS, FPS = 3, 25
PLAY = [sys.executable, "-m", "p2pstream.commands.play"]


class PlayCase(ProcessesMixin, SynchronousTestCase):
    """A film of three seconds, somebody who has it, and ``p2p-play``."""

    _film = b""

    def setUp(self) -> None:
        """Make an empty folder to run in, and the film, once."""
        self.place = self.folder()
        if not PlayCase._film:
            path = Path(self.mktemp())
            make_film(path, SECONDS, 320, 180, FPS)
            PlayCase._film = path.read_bytes()
        self.film = PlayCase._film

    def central(self, *peers: Serve) -> str:
        """The address of a central that lists these peers."""
        hosts, other = [free_loopback() for _ in peers], free_loopback()
        self.peers = [Server(host, PEER_PORT, peer) for host, peer in zip(hosts, peers, strict=True)]
        for server in (*self.peers, Server(other, CENTRAL_PORT, listing(*hosts))):
            self.addCleanup(server.close)
        return other

    def play(self, *args: str, env: dict[str, str] | None = None, **options: Any) -> Program:
        """Start it, silent, without anybody's settings."""
        quiet = {"P2PSTREAM_CONFIG": "/dev/null", "LIBGL_ALWAYS_SOFTWARE": "1", **(env or {})}
        return self.start([*PLAY, *args], self.place, quiet, **options)

    def events(self, program: Program) -> dict[str, dict[str, Any]]:
        """The last event of each name."""
        return {event["event"]: event for event in map(json.loads, program.stdout.splitlines())}


class WindowTests(PlayCase):
    """In a window; where there is no display these are skipped."""

    def setUp(self) -> None:
        """Look whether there is a display."""
        if not os.environ.get("DISPLAY"):
            raise SkipTest("no display")
        super().setUp()

    def test_to_the_end(self) -> None:
        """Every frame is shown, the end ends the program, and how it went is told."""
        before = waited()
        program = self.play(self.central(saying(self.film)), "film.mp4", "--json", "--hw", "none")
        self.assertEqual(program.finished(60), 0)
        starved = waited() - before
        last = self.events(program)["finished"]
        self.assertEqual(last["ended"], "end")
        self.assertLess(last["first_frame_s"], 5 + starved)
        self.assertGreater(last["shown"], max(SECONDS * FPS * 0.8 - starved * FPS, 3))
        self.assertEqual(list(last["sources"].values()), [len(self.film)])
        self.assertEqual(program.stderr, "")

    def test_kept_and_photographed(self) -> None:
        """The film is there afterwards, and a picture of the window."""
        program = self.play(
            self.central(saying(self.film)), "film.mp4", "-o", "mine.mp4", "--screenshot", "window.png"
        )
        self.assertEqual(program.finished(20), 0)
        self.assertTrue((self.place / "mine.mp4").read_bytes() == self.film)
        self.assertEqual((self.place / "window.png").read_bytes()[:4], b"\x89PNG")
        self.assertIn("first frame after", program.stderr)

    def test_photograph_on_a_full_disk(self) -> None:
        """The film is shown all the same; then one line says what the disk said."""
        arguments = ("film.mp4", "--json", "--screenshot", "/dev/full")
        program = self.play(self.central(saying(self.film)), *arguments)
        self.check_fault(program, "cannot write /dev/full: disk full")
        self.assertEqual(self.events(program)["finished"]["ended"], "end")

    def test_quiet(self) -> None:
        """Nothing is said, whatever libvlc's own window finds missing."""
        program = self.play(self.central(saying(self.film)), "film.mp4", "-q", "--player", "vlc-window")
        self.assertEqual(program.finished(20), 0)
        self.assertEqual((program.stdout, program.stderr), ("", ""))

    def test_quiet_fault(self) -> None:
        """But for what went wrong."""
        program = self.play(self.central(breaking(self.film[:100])), "film.mp4", "-q")
        self.check_fault(program, "nobody could send")

    def test_start(self) -> None:
        """Beginning later shows less."""
        program = self.play(self.central(saying(self.film)), "film.mp4", "--json", "--start", "2")
        self.assertEqual(program.finished(20), 0)
        self.assertLess(self.events(program)["finished"]["shown"], SECONDS * FPS * 0.6)

    def test_interrupted(self) -> None:
        """Ctrl-C while a read is blocked: the window goes within two seconds; it is told how far it came."""
        program = self.play(self.central(stalling(self.film[:-20_000])), "film.mp4", "--json")
        program.wait_for("first_frame")
        began = Stopwatch()
        program.signal(signal.SIGINT)
        self.assertEqual(program.finished(3), 130)
        self.assertLess(began.seconds, 2)
        self.assertIn("finished", self.events(program))
        self.assertEqual(program.stderr, "")

    def test_no_film(self) -> None:
        """Bytes that are no film are told from a film that ended."""
        program = self.play(self.central(saying(b"nothing to see here\n" * 5000)), "film.mp4")
        self.check_fault(program, "film.mp4")

    def test_unknown_name(self) -> None:
        """The window closes again and the reason is read."""
        host = free_loopback()
        server = Server(host, CENTRAL_PORT, saying(bytes(100)))
        self.addCleanup(server.close)
        self.check_fault(self.play(host, "film.mp4"), "knows nobody who has “film.mp4”")

    def test_without_sfml(self) -> None:
        """The window of libvlc takes over, and a line says why."""
        broken = self.place / "broken"
        broken.mkdir()
        (broken / "sfml.py").write_text("raise ImportError('no SFML here')")
        path = os.pathsep.join([str(broken), str(ROOT)])
        program = self.play(
            self.central(saying(self.film)), "film.mp4", "--hw", "none", env={"PYTHONPATH": path}
        )
        self.assertEqual(program.finished(20), 0)
        self.assertIn("not playing with sfml", program.stderr)

    def test_no_libvlc(self) -> None:
        """Of a libvlc that is not there a line says what to do about it."""
        program = self.play(
            self.central(saying(self.film)), "film.mp4", env={"PYTHON_VLC_LIB_PATH": "/dev/null/libvlc.so"}
        )
        self.check_fault(program, "libvlc is missing", "apt install")
