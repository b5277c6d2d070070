"""``p2p-play`` for players that are programs of their own; curl is one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.real.processes import ProcessesMixin, Program, free_loopback
from tests.real.servers import CENTRAL_PORT, PEER_PORT, Server, listing, saying

PLAY = [sys.executable, "-m", "p2pstream.commands.play"]
FILM = bytes(range(256)) * 4000


class OutsideTests(ProcessesMixin, SynchronousTestCase):
    if shutil.which("curl") is None:
        skip = "curl is not installed"

    def setUp(self) -> None:
        """A central, and somebody who has the film."""
        self.place = self.folder()
        peer, self.central = free_loopback(), free_loopback()
        for server in (
            Server(peer, PEER_PORT, saying(FILM)),
            Server(self.central, CENTRAL_PORT, listing(peer)),
        ):
            self.addCleanup(server.close)

    def play(self, *args: str) -> Program:
        """Start it, with nobody's settings."""
        quiet = {"P2PSTREAM_CONFIG": "/dev/null"}
        return self.start([*PLAY, *args, self.central, "film $(id) 'x'.mp4"], self.place, quiet)

    def events(self, program: Program) -> dict[str, dict[str, Any]]:
        """The last event of each name."""
        return {event["event"]: event for event in map(json.loads, program.stdout.splitlines())}

    def test_address(self) -> None:
        """It is printed, and any player reads there until Ctrl-C, which is no failure."""
        program = self.play("--http")
        program.wait_for("/stream/")
        url = program.stdout.splitlines()[0]
        self.assertTrue(url.isascii() and "$" not in url and "'" not in url, url)
        for _ in range(2):
            self.assertEqual(subprocess.check_output(["curl", "-s", "--max-time", "10", url]), FILM)
        asked = [
            "curl",
            "-s",
            "-H",
            "Origin: http://evil.example",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            url,
        ]
        self.assertEqual(subprocess.check_output(asked), b"403")
        program.signal(signal.SIGINT)
        self.assertEqual(program.finished(), 0)

    def test_player(self) -> None:
        """It is given the address, and when it ends so does the command; what is kept is told of."""
        told = self.place / "told"
        program = self.play(
            "--json", "-o", "kept.mp4", "--player", "curl --no-progress-meter -o got",
            "--player-args=--fail", "--on-done", f"sh -c 'cat > {told}.part; mv {told}.part {told}'",
        )  # fmt: skip
        self.assertEqual(program.finished(), 0)
        self.assertEqual((self.place / "got").read_bytes(), FILM)
        self.assertEqual((self.place / "kept.mp4").read_bytes(), FILM)
        until = time.monotonic() + 5
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.02)
        done = json.loads(told.read_text())
        self.assertEqual((done["event"], done["path"]), ("done", str(self.place / "kept.mp4")))
        self.assertEqual(self.events(program)["done"]["length"], len(FILM))

    def test_told_in_vain(self) -> None:
        """What is to be told and fails is a line; the film was shown, and that is what our exit code says."""
        player = ("--player", "curl --no-progress-meter -o got", "--player-args=--fail")
        program = self.play(*player, "--on-done", "sh -c 'exit 3'")
        self.assertEqual(program.finished(), 0)
        self.assertIn("--on-done: sh ended with exit code 3", program.stderr.splitlines())

    def test_faults(self) -> None:
        """A player that is not there is said before anybody is asked; one that fails is one line."""
        program = self.play("--player", "no-such-player")
        self.assertEqual(program.finished(), 1)
        self.assertIn("there is no program “no-such-player” here; install it", program.stderr)
        self.assertNotIn("asking", program.stderr)
        program = self.play("--player", "false")
        self.assertEqual(program.finished(), 1)
        self.assertIn("p2p-play: false ended with exit code 1", program.stderr)
        program = self.play("--on-done", "no-such-program", "--player", "true")
        self.assertEqual(program.finished(), 2)
        self.assertIn("--on-done: there is no program “no-such-program” here", program.stderr)
