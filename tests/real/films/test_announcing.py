"""A central and peers as programs: what is dropped into a folder is known, and gone when it goes."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.real.kernel import Stopwatch
from tests.real.processes import ProcessesMixin, Program, free_loopback
from tests.real.visiting import listed

LISTED = r"listed at "
#: How often a busy machine may be in the way.
TRIES = 4


class AnnouncingTestCase(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """A central, and a folder for a peer."""
        self.home = self.folder()
        self.share = self.home / "share"
        self.share.mkdir()
        self.central_ip, self.peer_ip = free_loopback(), free_loopback()

    def central(self, *args: str) -> Program:
        """The central, listening."""
        args = ("--ip", self.central_ip, "--state", str(self.home / "central"), *args)
        central = self.twistd("p2p-central", *args, folder=self.home)
        central.wait_for("p2p-central listens on")
        return central

    def peer(self, *args: str, **options: Any) -> Program:
        """A peer that is told of the central."""
        own = ("--ip", self.peer_ip, "--central", self.central_ip, "--state", "state")
        return self.twistd("p2p-peer", *own, *args, folder=self.home, **options)

    def program(self, code: str, *args: str) -> Program:
        """One of our programs, as its entry point runs it."""
        return self.start([sys.executable, "-c", code, *args], self.home)

    def listed(self) -> dict[str, int]:
        """What the central lists, with the number of seeds."""
        return {each.name: each.seeds for each in listed(self.central_ip)}

    def wait_until_listed(self, expected: dict[str, int], seconds: float) -> float:
        """Wait until the central lists exactly this; after how many seconds it did."""
        return self.wait_until(lambda: self.listed() == expected, seconds)

    def wait_until(self, holds: Callable[[], bool], seconds: float) -> float:
        """Wait until something holds, not counting how long asking for it took at last."""
        watch = Stopwatch()
        while True:
            asked = watch.seconds
            if holds():
                return asked
            self.assertFalse(watch.is_over(seconds), f"listed: {self.listed()}")
            time.sleep(0.02)


class ListedTests(AnnouncingTestCase):
    def test_comes_and_goes(self) -> None:
        """A file is listed within three seconds, without anybody's doing; and gone when it is removed.

        On a machine that is busy with something else, one file of several is.
        """
        self.central()
        self.peer().wait_for(LISTED)
        for number in range(TRIES):
            film = self.share / f"film{number}.mp4"
            film.write_bytes(os.urandom(300_000))
            listed = self.wait_until_listed({film.name: 1}, 20.0)
            film.unlink()
            gone = self.wait_until_listed({}, 20.0)
            if listed < 3.0 and gone < 6.0:
                return
        self.fail(f"listed after {listed:.1f} s, gone after {gone:.1f} s")

    def test_F07_the_folder_goes(self) -> None:
        """Within two seconds nobody is sent to who has nothing any more; and back when the folder is."""
        self.central()
        for name in ("film", "other"):
            (self.share / name).write_bytes(os.urandom(1000))
            os.utime(self.share / name, (1, 1))
        self.peer().wait_for("hashed 2 files")
        for _ in range(TRIES):
            self.wait_until_listed({"film": 1, "other": 1}, 20.0)
            self.share.rename(self.home / "away")
            gone = self.wait_until(lambda: not any(self.listed().values()), 20.0)
            (self.home / "away").rename(self.share)
            if gone < 2.0:
                break
        self.assertLess(gone, 2.0)
        self.wait_until_listed({"film": 1, "other": 1}, 20.0)

    def test_F18_goodbye(self) -> None:
        """A peer that stops takes its claims back, in less than two seconds."""
        central = self.central()
        (self.share / "film").write_bytes(b"x" * 1000)
        os.utime(self.share / "film", (1, 1))
        peer = self.peer()
        peer.wait_for("hashed 1 file")
        self.wait_until_listed({"film": 1}, 3.0)
        peer.signal(signal.SIGTERM)
        asked = Stopwatch()
        peer.finished()
        self.assertLess(asked.seconds, 2.0)
        self.assertNotIn("Traceback", peer.stdout + central.stdout)
        self.assertEqual(self.listed(), {"film": 0})

    def test_F02_F14_killed(self) -> None:
        """After kill -9 nothing is read again, and the same key is listed at once."""
        self.central()
        (self.share / "film").write_bytes(os.urandom(300_000))
        peer = self.peer()
        peer.wait_for("hashed 1 file")
        time.sleep(0.3)
        peer.signal(signal.SIGKILL)
        peer.finished()
        peer = self.peer()
        peer.wait_for(LISTED)
        self.wait_until_listed({"film": 1}, 1.0)
        time.sleep(2.5)
        self.assertNotIn("hashed", peer.stdout)

    def test_F26_central_comes_later(self) -> None:
        """Without a central the peer says so once, serves, and is listed when there is one."""
        (self.share / "film").write_bytes(b"x" * 1000)
        peer = self.peer()
        peer.wait_for("not listed: no central at .* \\(connection refused\\)\n")
        peer.wait_for("hashed 1 file")
        self.central()
        peer.wait_for(LISTED)
        self.wait_until_listed({"film": 1}, 3.0)
        self.assertEqual(peer.stdout.count("not listed"), 1)

    def test_F14_frozen(self) -> None:
        """A peer that was stopped for a while is still listed when it goes on."""
        self.central()
        (self.share / "film").write_bytes(b"x" * 1000)
        peer = self.peer()
        peer.wait_for("hashed 1 file")
        peer.signal(signal.SIGSTOP)
        time.sleep(3)
        peer.signal(signal.SIGCONT)
        self.wait_until_listed({"film": 1}, 2.0)
        self.assertEqual(peer.stdout.count("listed at"), 1)


class StateTests(AnnouncingTestCase):
    def test_one_peer_each(self) -> None:
        """A second peer on the same state ends with one line that names --state."""
        self.peer().wait_for("listens on")
        second = self.peer("--port", "0")
        self.assertEqual(second.finished(), 1)
        said = "p2p-peer: cannot use the peer's state in state: another process does"
        self.assertIn(said, second.stderr)
        self.assertIn("--state", second.stderr)
        self.assertEqual(second.stderr.count("\n"), 1)

    def test_F58_modes(self) -> None:
        """Whatever the umask: nobody else can look at keys, and no command line shows one."""
        peer = self.peer(umask=0)
        peer.wait_for("listens on")
        for path in (self.home / "state").rglob("*"):
            mode = stat.S_IMODE(path.stat().st_mode)
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, str(path))
        seed = (self.home / "state/peer/identity").read_bytes()[-32:]
        self.assertNotIn(seed, Path(f"/proc/{peer.process.pid}/cmdline").read_bytes())
        self.assertNotIn(seed.hex(), peer.stdout)

    def test_nowhere_to_keep_it(self) -> None:
        """Where no state can be kept the peer says so, and serves with fresh keys."""
        (self.home / "file").touch()
        own = ("--ip", self.peer_ip, "--central", self.central_ip)
        peer = self.twistd(
            "p2p-peer", *own, folder=self.home, env={"XDG_STATE_HOME": str(self.home / "file")}
        )
        peer.wait_for("running with fresh keys.*--state\n")
        peer.wait_for("listens on")
        peer.signal(signal.SIGTERM)
        peer.finished()


class DoctorTests(AnnouncingTestCase):
    def doctor(self, *args: str) -> Program:
        """``p2p-peer doctor``."""
        own = ("--ip", self.peer_ip, "--central", self.central_ip, "--state", "state")
        doctor = self.program("from p2pstream.roles.peer import main; main()", "doctor", *own, *args)
        doctor.finished(30)
        return doctor

    def test_all_is_well(self) -> None:
        """With a central that can dial us every line is good, and it ends with 0."""
        self.central()
        doctor = self.doctor()
        self.assertEqual(doctor.process.returncode, 0, doctor.told())
        self.assertIn("found this peer", doctor.stdout)
        self.assertNotIn("BAD", doctor.stdout)
        self.assertIsNone(re.search("Traceback", doctor.stderr), doctor.stderr)

    def test_beside_a_running_peer(self) -> None:
        """A peer that runs is recognised, and goes on."""
        self.central()
        peer = self.peer()
        peer.wait_for(LISTED)
        doctor = self.doctor()
        self.assertEqual(doctor.process.returncode, 0, doctor.told())
        self.assertIn("the running p2p-peer listens", doctor.stdout)
        self.assertIsNone(peer.process.poll())

    def test_without_the_address(self) -> None:
        """Asked without the address of the peer that runs, it blames no firewall."""
        self.central()
        self.peer().wait_for(LISTED)
        own = ("--central", self.central_ip, "--state", "state")
        doctor = self.program("from p2pstream.roles.peer import main; main()", "doctor", *own)
        self.assertEqual(doctor.finished(30), 1, doctor.told())
        self.assertIn("nobody listens there", doctor.stdout)
        self.assertNotIn("firewall", doctor.stdout)

    def test_another_central(self) -> None:
        """One that was set up anew is not the one that the peer knew; that is said, and nothing changed."""
        central = self.central()
        peer = self.peer()
        peer.wait_for(LISTED)
        for program in (peer, central):
            program.signal(signal.SIGTERM)
            program.finished()
        self.central("--state", str(self.home / "anew"))
        for _ in range(2):
            doctor = self.doctor()
            self.assertEqual(doctor.process.returncode, 1, doctor.told())
            self.assertIn(f"BAD central {self.central_ip}:2045: its id is another than before", doctor.stdout)
            cure = "if it was set up anew, remove state/peer/pins and start again"
            self.assertIn(cure, doctor.stdout)

    def test_no_central(self) -> None:
        """Without a central it ends with 1, and says what is wrong."""
        doctor = self.doctor()
        self.assertEqual(doctor.process.returncode, 1)
        self.assertIn(f"BAD central {self.central_ip}:2045: connection refused", doctor.stdout)


class ClosedGroupTests(AnnouncingTestCase):
    def test_secret(self) -> None:
        """Who has the secret is listed; who has another, or none, is not, and learns nothing."""
        for name in ("secret", "other"):
            (self.home / name).touch(0o600)
        (self.home / "secret").write_text("0123456789abcdef\n")
        (self.home / "other").write_text("fedcba9876543210\n")
        self.central("--secret-file", "secret")
        peer = self.peer("--secret-file", "secret")
        peer.wait_for(LISTED)
        self.peer_ip = free_loopback()
        for args in ((), ("--secret-file", "other")):
            stranger = self.peer(*args, "--state", f"stranger{len(args)}", "--port", "0")
            stranger.wait_for("not listed: ")
            stranger.kill()
