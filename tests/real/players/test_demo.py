"""script/demo, as somebody runs it who has just cloned the repository."""

from __future__ import annotations

import signal
import socket
import sys
import time

from twisted.trial.unittest import SynchronousTestCase

from tests.real.processes import ROOT, ProcessesMixin


class DemoTests(ProcessesMixin, SynchronousTestCase):
    """The whole road: a central, two peers, a window, and every frame looked at."""

    def demo(self, *arguments: str) -> tuple[int, str]:
        """Run the demo, where a picture is from before; its exit code and all that it said."""
        folder = self.folder()
        self.picture = folder / "demo.png"
        self.picture.write_bytes(b"before")
        program = self.start([sys.executable, "-m", "script.showing", *arguments], folder)
        code = program.finished(90)
        return code, program.stdout + program.stderr

    def test_the_film_is_shown(self) -> None:
        """It ends with 0, which means that every second of the film was seen in the window."""
        code, said = self.demo("--seconds", "8")
        self.assertEqual(code, 0, said)
        for words in (
            r"First frame after \d+\.\d\d s",
            r"\d{2,3} frames shown",
            r"\d [kM]B from 127\.",
            "demo.png",
        ):
            self.assertRegex(said, words)
        self.assertTrue(self.picture.read_bytes().startswith(b"\x89PNG"))
        self.assertEqual(list((ROOT / ".demo").glob("tmp*")), [])

    def test_it_takes_everything_with_it(self) -> None:
        """On Ctrl-C, and even when it is killed, nothing that it started stays."""
        for number in (signal.SIGINT, signal.SIGKILL):
            words = [sys.executable, "-m", "script.showing", "--seconds", "8"]
            program = self.start(words, self.folder())
            hosts = program.wait_for(r"central on (\S+), peers on (\S+) and (\S+) share", 30).groups()
            program.wait_for("Playing")
            program.signal(number)
            self.assertEqual(program.finished(), 130 if number == signal.SIGINT else -number)
            ports = zip(hosts, (2045, 2050, 2050), strict=True)
            deadline = time.monotonic() + 10
            for address in ports:
                while not self.is_free(address) and time.monotonic() < deadline:
                    time.sleep(0.1)
                self.assertTrue(self.is_free(address), address)

    def is_free(self, address: tuple[str, int]) -> bool:
        """Whether nobody listens there."""
        with socket.socket() as probe:
            return probe.connect_ex(address) != 0

    def test_no_such_film(self) -> None:
        """One line names the file."""
        code, said = self.demo("--film", "/no/such/film.mp4")
        self.assertEqual(code, 1)
        self.assertEqual(len(said.strip().splitlines()), 1)
        self.assertIn("/no/such/film.mp4", said)

    def test_not_a_film(self) -> None:
        """What cannot be played is not said to have been shown."""
        code, said = self.demo("--film", str(ROOT / "LICENSE"))
        self.assertEqual(code, 1, said)
        self.assertEqual(self.picture.read_bytes(), b"before")
