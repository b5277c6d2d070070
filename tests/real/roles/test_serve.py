"""Real roles serve real sockets while their files come, change and go."""

from __future__ import annotations

import os
import signal

from twisted.trial.unittest import SynchronousTestCase

from tests.real.classic_client import Asking, ask, within
from tests.real.kernel import Stopwatch
from tests.real.processes import ProcessesMixin, Program, free_loopback, obeying_permissions, script

#: More than the kernel's buffers hold, so that a transfer is under way until it is read.
BIG = 64 << 20


class CentralTests(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """A central that knows a film."""
        self.ip = free_loopback()
        self.home = self.folder()
        self.mapping = self.home / "fileToIP.txt"
        self.mapping.write_text("film 10.0.0.1 10.0.0.2:2051 10.0.0.3\nnonsense\n")
        self.central = self.twistd("p2p-central", "--ip", self.ip, folder=self.home)
        self.central.wait_for("listens on .* and knows 1 name\n")

    def lookup(self, name: str) -> str:
        """The addresses in the reply."""
        reply, end = ask(self.ip, 2045, name)
        self.assertEqual((len(reply), end), (100, "end"))
        return reply.rstrip(b"\0").decode().strip()

    def test_answers(self) -> None:
        """Who has a film is told, but no address that a classic player cannot dial."""
        self.assertEqual(self.lookup("film"), "10.0.0.1 10.0.0.3")
        self.assertEqual(self.lookup("other"), "")

    def test_bad_line(self) -> None:
        """A bad line is told by its number."""
        self.central.wait_for(f"{self.mapping}, line 2: there is no address behind “nonsense”; skipped")

    def test_re_read(self) -> None:
        """A change of the mapping counts two seconds later."""
        self.mapping.write_text("other 10.0.0.9\n")
        within(2.5, lambda: self.lookup("other") == "10.0.0.9")
        self.assertEqual(self.lookup("film"), "")

    def test_F57_hostile_names(self) -> None:
        """What strangers ask for does nothing to the terminal that shows the log."""
        for name in ("\x1b]52;c;x\x07", "a\nb\n2026-01-01 forged", "a\u202eb"):
            ask(self.ip, 2045, name)
        self.central.wait_for(r"“a\\u202eb” cannot be a name")
        told = self.central.stdout
        self.assertNotIn("\x1b", told)
        self.assertNotIn("\u202e", told)
        self.assertNotIn("\n2026-01-01 forged", told)


class PeerTestCase(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """A peer that shares one big film."""
        self.ip = free_loopback()
        self.home = self.folder()
        self.share = self.home / "share"
        self.share.mkdir()
        self.film = self.share / "film"
        self.content = os.urandom(1 << 20) * (BIG >> 20)
        self.film.write_bytes(self.content)

    def begin(self, env: dict[str, str] | None = None) -> Program:
        """Start it, and wait until it is ready."""
        args = [script("twistd"), "-n", "p2p-peer", "--ip", self.ip, "--share", str(self.share)]
        self.peer = self.start(obeying_permissions(args), self.home, env)
        self.peer.wait_for("p2p-peer listens on")
        return self.peer

    def fetch(self, name: str = "film") -> bytes | None:
        """A shared file; None if it is refused."""
        content, end = ask(self.ip, 2050, name)
        return content if end == "end" else None


class SharedTests(PeerTestCase):
    def test_whole(self) -> None:
        """A film arrives as it is."""
        self.begin()
        self.assertEqual(self.fetch(), self.content)

    def test_come_and_go(self) -> None:
        """Files appear and vanish while the peer runs, with the system's notices and without."""
        for portable in ("", "1"):
            self.begin({"P2PSTREAM_PORTABLE": portable})
            self.assertIsNone(self.fetch("new"))
            new = self.share / "folder/new"
            new.parent.mkdir()
            new.write_bytes(b"content")
            within(6.0, lambda: self.fetch("new") == b"content")
            new.unlink()
            new.parent.rmdir()
            within(2.0, lambda: self.fetch("new") is None)
            self.peer.kill()

    def test_F55_F56_nothing_else(self) -> None:
        """What is no regular, visible file of the share cannot be had by any name."""
        (self.share / "link").symlink_to("/etc/passwd")
        (self.share / "inner").symlink_to("film")
        (self.share / ".hidden").write_bytes(b"hidden")
        (self.share / "film.part").write_bytes(b"half")
        (self.share / "-version").write_bytes(b"dashed")
        os.mkfifo(self.share / "fifo")
        (self.share / "folder").mkdir()
        self.begin()
        for name in (
            "link", "inner", ".hidden", "film.part", "fifo", "folder", "/etc/passwd", "../share/film",
            "./film", "share/film", "film/", "a\\b", "film\x00x",
        ):  # fmt: skip
            self.assertIsNone(self.fetch(name), name)
        self.assertEqual(self.fetch("-version"), b"dashed")
        self.peer.wait_for("not sharing .*/link: it is a symbolic link")


class ChangedTests(PeerTestCase):
    def setUp(self) -> None:
        """Somebody is in the middle of the film."""
        super().setUp()
        self.begin()
        self.viewer = Asking(self.ip, 2050, "film")
        self.addCleanup(self.viewer.close)
        self.viewer.read(1000)

    def assert_broken_off(self) -> None:
        """The transfer ends in a reset, never in what looks like the film's end."""
        got, end = self.viewer.rest()
        self.assertEqual(end, "reset")
        self.assertLess(len(got), len(self.content))

    def test_F08_truncated(self) -> None:
        """A film cut short."""
        os.truncate(self.film, 2000)
        self.assert_broken_off()
        within(6.0, lambda: self.fetch() == self.content[:2000])

    def test_F08_appended(self) -> None:
        """A film that grows is another film: who had begun gets no end of it, the next gets all."""
        with self.film.open("ab") as file:
            file.write(b"more")
        self.assert_broken_off()
        within(6.0, lambda: self.fetch() == self.content + b"more")

    def test_F08_overwritten(self) -> None:
        """A film whose bytes change in place; not one of the new bytes is sent to who had begun."""
        with self.film.open("r+b") as file:
            file.seek(BIG - 10_000)
            file.write(b"\0" * 10_000)
        self.assert_broken_off()

    def test_F08_replaced(self) -> None:
        """A film moved over it is what the next one gets."""
        new = self.home / "new"
        new.write_bytes(b"other")
        new.rename(self.film)
        self.assert_broken_off()
        within(2.0, lambda: self.fetch() == b"other")

    def test_killed(self) -> None:
        """A peer that is killed leaves a reset behind, not a clean end."""
        self.peer.signal(signal.SIGKILL)
        self.assert_broken_off()

    def test_stopped(self) -> None:
        """So does one that is stopped, and it does not wait for its viewers."""
        asked = Stopwatch()
        self.peer.signal(signal.SIGTERM)
        self.peer.finished()
        self.assertLess(asked.seconds, 2.0)
        self.assert_broken_off()
