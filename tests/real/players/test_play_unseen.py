"""``p2p-play`` as a process, into a pipe or a file, and where it cannot play."""

from __future__ import annotations

import fcntl
import os
import pty
import subprocess
import termios

from tests.real.players.test_play import PLAY, PlayCase
from tests.real.processes import ROOT
from tests.real.servers import saying, stalling


class PipeTests(PlayCase):
    """Without a window."""

    def test_stdout(self) -> None:
        """Every byte, and nothing but the film."""
        program = self.play(self.central(saying(self.film)), "film.mp4", "-O", stdin=subprocess.DEVNULL)
        self.assertEqual(program.finished(20), 0)
        self.assertTrue(program._out.read_bytes() == self.film)

    def test_reader_that_leaves(self) -> None:
        """`| head -c 100` is a quiet end, and nobody else is asked for the rest."""
        reading, writing = os.pipe()
        central = self.central(*[stalling(bytes(8_000_000))] * 3)
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        program = subprocess.Popen(
            [*PLAY, central, "film.mp4", "-O", "-q"],
            cwd=self.place,
            env=env,
            stdout=writing,
            stderr=subprocess.PIPE,
        )
        self.addCleanup(program.kill)
        os.close(writing)
        self.assertEqual(os.read(reading, 100), bytes(100))
        os.close(reading)
        _, said = program.communicate(timeout=10)
        self.assertEqual((program.returncode, said), (0, b""))
        self.assertEqual([len(peer.asked) for peer in self.peers], [1, 0, 0])

    def test_keep_only(self) -> None:
        """Nobody watches; the film is kept."""
        program = self.play(self.central(saying(self.film)), "film.mp4", "--player", "none", "-o", "mine.mp4")
        self.assertEqual(program.finished(20), 0)
        self.assertTrue((self.place / "mine.mp4").read_bytes() == self.film)


class FaultTests(PlayCase):
    """Where it cannot play."""

    def test_no_display(self) -> None:
        """The line says what to do about it."""
        central = self.central(saying(self.film))
        self.check_fault(self.play(central, "film.mp4", env={"DISPLAY": ""}), "display", "--player none")

    def test_usage(self) -> None:
        """Wishes that exclude each other, and a film that nobody names."""
        self.check_fault(self.play("127.0.0.1"), "no film is named", code=2)
        self.check_fault(self.play("h", "f", "-O", "--player", "sfml"), "--stdout shows nothing", code=2)
        self.check_fault(self.play("h", "f", "-O", "--screenshot", "x.png"), "--screenshot", code=2)


class QuestionTests(PlayCase):
    """At a terminal."""

    def test_question(self) -> None:
        """The ancestor's question is asked, and the answer taken."""
        central = self.central(saying(self.film))
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)

        def own_terminal() -> None:
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        env = {**os.environ, "PYTHONPATH": str(ROOT), "P2PSTREAM_CONFIG": "/dev/null"}
        program = subprocess.Popen(
            [*PLAY, central, "--player", "none", "-o", "mine.mp4"],
            cwd=self.place,
            env=env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=own_terminal,
        )
        self.addCleanup(program.kill)
        os.close(theirs)
        asked = b""
        while b"? " not in asked:
            asked += os.read(ours, 1000)
        self.assertTrue(asked.endswith(b"What would you like to watch today? "), asked)
        os.write(ours, b"film.mp4\n")
        self.assertEqual(program.wait(20), 0)
        self.assertTrue((self.place / "mine.mp4").read_bytes() == self.film)
