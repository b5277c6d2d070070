"""Every program in examples/, run as its first lines say."""

from __future__ import annotations

import ast
import os
import signal
import socket
import sys
from hashlib import sha256
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.film import make_film
from script.display import xvfb
from tests.real.processes import ROOT, ProcessesMixin, Program, free_loopback, script

CONTENT = bytes(range(256)) * 4096


class ExampleTests(ProcessesMixin, SynchronousTestCase):
    """What somebody copies must work."""

    def example(self, name: str, *arguments: str, **environment: str) -> Program:
        """Start an example."""
        command = [sys.executable, str(ROOT / "examples" / name), *arguments]
        return self.start(command, self.folder(), environment)

    def peer(self, name: str, content: bytes) -> tuple[str, Path]:
        """A peer that shares one film: its address, and the folder it runs in."""
        host, folder = free_loopback(), self.folder()
        (folder / "share").mkdir()
        (folder / "share" / name).write_bytes(content)
        self.start([script("twistd"), "-n", "p2p-peer", "--ip", host], folder).wait_for("listens on")
        return host, folder

    def test_send_a_file(self) -> None:
        """Whoever connects gets the file, and a clean end."""
        path = self.folder() / "film.mp4"
        path.write_bytes(CONTENT)
        program = self.example("send_a_file.py", str(path), "0")
        port = int(program.wait_for(r"listening on (\d+)")[1])
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                self.assertEqual(connection.makefile("rb").read(), CONTENT)
        program.wait_for(f"sent {len(CONTENT)} bytes")
        program.signal(signal.SIGINT)
        program.finished()

    def test_fetch_into_buffer(self) -> None:
        """What the peer shares is what arrives, found by name."""
        host, _ = self.peer("film.mp4", CONTENT)
        central, folder = free_loopback(), self.folder()
        (folder / "fileToIP.txt").write_text(f"film.mp4 {host}\n")
        self.start([script("twistd"), "-n", "p2p-central", "--ip", central], folder).wait_for("listens on")
        program = self.example("fetch_into_buffer.py", f"p2pstream://{central}/film.mp4")
        self.assertEqual(program.finished(), 0, program.told())
        self.assertIn(sha256(CONTENT).hexdigest(), program.stdout)

    def share_now(self, name: str, content: bytes) -> str:
        """A central and a peer in one, where this film is listed; the link to it."""
        host, folder = free_loopback(), self.folder()
        (folder / name).write_bytes(content)
        os.utime(folder / name, (1, 1))
        sharing = self.start([script("p2p-share"), "--ip", host], folder)
        sharing.wait_for("hashed 1 file")
        return f"{sharing.wait_for(r'p2pstream://[0-9.:]+/')[0]}{name}"

    def test_fetch(self) -> None:
        """Fifteen lines of code are enough to have a film proven, and to say how they are used."""
        unused = self.example("fetch.py")
        self.assertEqual(unused.finished(), 1, unused.told())
        self.assertIn("python examples/fetch.py p2pstream://", unused.stderr)
        self.assertNotIn("Traceback", unused.stderr)
        copy = self.folder() / "copy"
        program = self.example("fetch.py", self.share_now("film.mp4", CONTENT), str(copy))
        self.assertEqual(program.finished(), 0, program.told())
        self.assertTrue(copy.read_bytes() == CONTENT)
        tree = ast.parse((ROOT / "examples/fetch.py").read_text("utf-8"))
        code = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt) and not isinstance(getattr(node, "value", None), ast.Constant)
        ]
        self.assertLessEqual(len(code), 15)

    def test_asyncio_app(self) -> None:
        """Two films at once, on the event loop of asyncio."""
        links = [self.share_now(name, name.encode() * 9999) for name in ("one.mp4", "two.mp4")]
        program = self.example("asyncio_app.py", *links)
        self.assertEqual(program.finished(), 0, program.told())
        self.assertEqual(sorted(program.stdout.splitlines()), ["one.mp4 69993", "two.mp4 69993"])
        self.assertEqual(program.stderr, "")

    def test_watch(self) -> None:
        """The README's lines play a film to its end, and leave nothing running."""
        film = self.folder() / "film.mp4"
        make_film(film, 2, 320, 180)
        host, _ = self.peer("film.mp4", film.read_bytes())
        with xvfb() as display:
            program = self.example("watch.py", host, "film.mp4", DISPLAY=display)
            self.assertEqual(program.finished(30), 0, program.told())

    def test_all_are_run(self) -> None:
        """An example that no test knows is a promise that nobody keeps."""
        tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
        for path in (ROOT / "examples").rglob("*.py"):
            self.assertTrue(path.name in tests or path.parent.name in tests, path)
