"""Starting and stopping the roles as people and service managers do."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from tests.real.classic_client import within
from tests.real.kernel import Stopwatch
from tests.real.processes import ProcessesMixin, Program, free_loopback, obeying_permissions, script

CENTRAL = r"p2p-central listens on (\S+:\d+)"
PEER = r"p2p-peer listens on (\S+:\d+)"


class RolesTestCase(ProcessesMixin, SynchronousTestCase):
    def setUp(self) -> None:
        """An address and an empty folder of one's own."""
        self.ip = free_loopback()
        self.home = self.folder()

    def role(self, name: str, *args: str, ip: str | None = None) -> Program:
        """``twistd -n ROLE --ip …``."""
        return self.twistd(name, "--ip", ip or self.ip, *args, folder=self.home)

    def own_program(self, name: str, *args: str) -> Program:
        """The role's own program, as its entry point runs it."""
        code = f"from p2pstream.roles.{name} import main; main()"
        return self.start([sys.executable, "-c", code, *args], self.home, fresh=True)

    def assert_refused(self, program: Program, line: str, code: int = 1) -> None:
        """It ended with this line on stderr, and nothing like a traceback anywhere."""
        self.assertEqual(program.finished(), code)
        self.assertEqual(program.stderr, line + "\n")
        self.assertNotIn("Traceback", program.stdout)
        self.assertNotIn(".pid", " ".join(os.listdir(self.home)))


class SideBySideTests(RolesTestCase):
    fresh = True

    def test_two_roles_in_one_folder(self) -> None:
        """Both roles start in one folder, say where they listen and what they have, and leave no file."""
        (self.home / "fileToIP.txt").write_text(f"film {self.ip}\nother {self.ip}\n")
        central, peer = self.role("p2p-central"), self.role("p2p-peer")
        central.wait_for(f"p2p-central listens on {self.ip}:2045 and knows 2 names\n")
        peer.wait_for(f"p2p-peer listens on {self.ip}:2050 and shares no files, 0 B\n")
        self.assertEqual(sorted(os.listdir(self.home)), ["fileToIP.txt", "share"])

    def test_first_run(self) -> None:
        """The first run makes ./share and says who can list and fetch what is put there."""
        peer = self.role("p2p-peer")
        who = "programs on this machine can list and fetch what you put into it"
        peer.wait_for(f"made the folder {self.home}/share: {who}\n")
        self.assertTrue((self.home / "share").is_dir())

    def test_pid_file_if_asked(self) -> None:
        """A pid file is written for who asks for it, and goes with the program."""
        args = [script("twistd"), "-n", "--pidfile=x.pid", "p2p-central", "--ip", self.ip]
        central = self.start(args, self.home)
        central.wait_for(CENTRAL)
        self.assertEqual(int((self.home / "x.pid").read_text()), central.process.pid)
        central.signal(signal.SIGTERM)
        central.finished()
        self.assertFalse((self.home / "x.pid").exists())


class StopTests(RolesTestCase):
    def assert_ends(self, program: Program, code: int) -> None:
        """It ends within two seconds, in good order."""
        asked = Stopwatch()
        self.assertEqual(program.finished(), code)
        self.assertLess(asked.seconds, 2.0)
        self.assertIn(" stopped\n", program.stdout + program.stderr)
        self.assertNotIn("Traceback", program.stdout + program.stderr)
        self.assertNotIn("rror", program.stderr)

    def test_F18_signals(self) -> None:
        """SIGTERM and SIGINT end both roles cleanly, by that signal, under twistd."""
        for role, ready in (("p2p-central", CENTRAL), ("p2p-peer", PEER)):
            for number in (signal.SIGTERM, signal.SIGINT):
                program = self.role(role)
                program.wait_for(ready)
                program.signal(number)
                self.assert_ends(program, -number)

    def test_F18_own_programs(self) -> None:
        """So they do as programs of their own."""
        for name, ready in (("central", CENTRAL), ("peer", PEER)):
            program = self.own_program(name, "--ip", self.ip)
            program.wait_for(ready)
            program.signal(signal.SIGINT)
            self.assert_ends(program, -signal.SIGINT)

    def test_F18_double_interrupt(self) -> None:
        """Two, three and four interrupts are one."""
        peer = self.role("p2p-peer")
        peer.wait_for(PEER)
        for _ in range(4):
            peer.signal_group(signal.SIGINT)
        self.assert_ends(peer, -signal.SIGINT)

    def test_F18_terminated_while_starting(self) -> None:
        """SIGTERM at any moment of the start ends the program and leaves no file behind."""
        self.fresh = True
        for delay in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5):
            program = self.role("p2p-central")
            time.sleep(delay)
            program.signal(signal.SIGTERM)
            self.assertEqual(program.finished(), -signal.SIGTERM)
            self.assertNotIn("Traceback", program.stdout + program.stderr)
            self.assertEqual(os.listdir(self.home), [])

    def test_F18_terminated_while_hashing(self) -> None:
        """SIGTERM while a film is read, which will take long, ends it as ever."""
        share = self.home / "share"
        share.mkdir()
        (share / "film").touch()
        os.truncate(share / "film", 64 << 30)
        os.utime(share / "film", (1, 1))
        peer = self.role("p2p-peer")
        peer.wait_for(PEER)
        within(15.0, lambda: spent_apart(peer) >= 0.1)
        peer.signal(signal.SIGTERM)
        self.assert_ends(peer, -signal.SIGTERM)
        self.assertNotIn("hashed", peer.stdout)

    def test_F18_hang_up(self) -> None:
        """Without a terminal SIGHUP has the mapping read again."""
        mapping = self.home / "fileToIP.txt"
        mapping.write_text(f"film {self.ip}\n")
        central = self.role("p2p-central")
        central.wait_for(CENTRAL)
        central.signal(signal.SIGHUP)
        central.wait_for("(?s)names in it: 1.*names in it: 1")
        self.assertIsNone(central.process.poll())

    def test_F18_terminal_lost(self) -> None:
        """On a terminal SIGHUP ends the program, cleanly too."""
        ours, theirs = os.openpty()
        self.addCleanup(os.close, ours)
        program = self.start([script("twistd"), "-n", "p2p-peer", "--ip", self.ip], self.home, stdin=theirs)
        os.close(theirs)
        program.wait_for(PEER)
        program.signal(signal.SIGHUP)
        self.assert_ends(program, -signal.SIGTERM)

    def test_F18_killed_and_started_again(self) -> None:
        """After kill -9 the next start finds nothing in its way."""
        for _ in range(2):
            peer = self.role("p2p-peer")
            peer.wait_for(PEER)
            peer.signal(signal.SIGKILL)
            peer.finished()

    def test_F18_stale_pid_file(self) -> None:
        """One that a killed program left is in nobody's way, and the new one's goes with it."""
        args = [script("twistd"), "-n", "--pidfile=x.pid", "p2p-central", "--ip", self.ip]
        for stop, left in ((signal.SIGKILL, True), (signal.SIGTERM, False)):
            central = self.start(args, self.home)
            central.wait_for(CENTRAL)
            self.assertEqual(int((self.home / "x.pid").read_text()), central.process.pid)
            central.signal(stop)
            central.finished()
            self.assertEqual((self.home / "x.pid").exists(), left)


class RefusedTests(RolesTestCase):
    def test_F18_port_in_use(self) -> None:
        """A port in use names the port, and what can be done."""
        with socket.create_server((self.ip, 2045)):
            self.assert_refused(
                self.role("p2p-central"),
                f"p2p-central: port 2045 on {self.ip} is taken: stop the program that listens there"
                " (`ss -ltnp sport = :2045` names it), or choose another with --port",
            )

    def test_F18_either_port_in_use(self) -> None:
        """Who is both names the option of that port."""
        for port, option in ((2045, "--central-port"), (2050, "--port")):
            with socket.create_server((self.ip, port)):
                program = self.own_program("share", "--ip", self.ip)
                self.assertEqual(program.finished(), 1)
                self.assertIn(f"port {port} on {self.ip} is taken", program.stderr)
                self.assertIn(f"choose another with {option}\n", program.stderr)

    def test_F18_own_program_port_in_use(self) -> None:
        """The programs of their own say the same."""
        with socket.create_server((self.ip, 2050)):
            program = self.own_program("peer", "--ip", self.ip)
            self.assertEqual(program.finished(), 1)
            last = program.stderr.splitlines()[-1]
            self.assertIn(f"p2p-peer: port 2050 on {self.ip} is taken", last)
            self.assertNotIn("Traceback", program.stderr)

    def test_F18_not_our_address(self) -> None:
        """An address of another machine."""
        self.assert_refused(
            self.role("p2p-peer", ip="192.0.2.77"),
            "p2p-peer: 192.0.2.77 is no address of this machine (see `ip address`);"
            " choose one, or leave --ip out",
        )

    def test_F18_no_permission_for_the_port(self) -> None:
        """A port that only root may have."""
        args = [script("twistd"), "-n", "p2p-central", "--ip", self.ip, "--port", "99"]
        drop = ["setpriv", "--bounding-set=-net_bind_service"] if os.geteuid() == 0 else []
        self.assert_refused(
            self.start([*drop, *args], self.home),
            f"p2p-central: there is no permission to listen on port 99 on {self.ip};"
            " choose one above 1023 with --port",
        )

    def test_F18_no_such_folder(self) -> None:
        """A share that is not there; only the default one is made."""
        self.assert_refused(
            self.role("p2p-peer", "--share", "none"),
            f"p2p-peer: cannot share {self.home}/none: there is no such file or folder;"
            " choose another with --share",
        )

    def test_F18_share_is_a_file(self) -> None:
        """A share that is no folder."""
        (self.home / "film").touch()
        self.assert_refused(
            self.role("p2p-peer", "--share", "film"),
            f"p2p-peer: cannot share {self.home}/film: it is a file, not a folder;"
            " choose another with --share",
        )

    def test_F18_no_permission_for_the_share(self) -> None:
        """A share that may not be read."""
        closed = self.home / "closed"
        closed.mkdir(mode=0)
        args = [script("twistd"), "-n", "p2p-peer", "--ip", self.ip, "--share", "closed"]
        self.assert_refused(
            self.start(obeying_permissions(args), self.home),
            f"p2p-peer: cannot share {closed}: permission denied; choose another with --share",
        )

    def test_F18_the_share_cannot_be_made(self) -> None:
        """A folder in which ./share cannot be made."""
        self.home.chmod(0o555)
        args = [script("twistd"), "-n", "p2p-peer", "--ip", self.ip]
        self.assert_refused(
            self.start(obeying_permissions(args), self.home),
            f"p2p-peer: cannot make the folder {self.home}/share: permission denied;"
            " choose another with --share",
        )

    def test_F18_no_such_mapping(self) -> None:
        """A mapping that was asked for and is not there."""
        self.assert_refused(
            self.role("p2p-central", "--mapping", "none.txt"),
            f"p2p-central: cannot read {self.home}/none.txt: there is no such file or folder;"
            " choose another with --mapping",
        )

    def test_F18_unreadable_mapping(self) -> None:
        """A mapping that may not be read, though nobody asked for it."""
        mapping = self.home / "fileToIP.txt"
        mapping.touch(mode=0)
        args = [script("twistd"), "-n", "p2p-central", "--ip", self.ip]
        self.assert_refused(
            self.start(obeying_permissions(args), self.home),
            f"p2p-central: cannot read {mapping}: permission denied; choose another with --mapping",
        )

    def test_F18_unknown_option(self) -> None:
        """An option that there is not: exit code 2."""
        self.assert_refused(
            self.twistd("p2p-peer", "--shares", "x", folder=self.home),
            "p2p-peer: option --shares not recognized; try --help",
            code=2,
        )

    def test_F18_quickly(self) -> None:
        """A start that fails does so within a second, of a machine that is not slow."""
        self.fresh = True
        runs = (self.role("p2p-peer", "--share", "none").ran() for _ in range(5))
        self.assertTrue(any(self.is_within(1.0, took) for took in runs))


class TwistdTests(RolesTestCase):
    fresh = True

    def test_listed(self) -> None:
        """The help of twistd lists both roles."""
        program = self.start([script("twistd"), "--help"], self.home)
        self.assertEqual(program.finished(), 0)
        for role in ("p2p-central", "p2p-peer"):
            self.assertIn(role, program.stdout)

    def test_daemon(self) -> None:
        """A daemon that cannot listen tells the one who started it why."""
        with socket.create_server((self.ip, 2045)):
            args = [script("twistd"), "p2p-central", "--ip", self.ip]
            program = self.start(args, self.home)
            self.assertEqual(program.finished(), 1)
            self.assertIn("port 2045", program.stdout + program.stderr)
        log = Path(self.home / "twistd.log").read_text()
        self.assertIn("starting up", log)


def spent_apart(program: Program) -> float:
    """Seconds of CPU that its own processes have spent so far; those hash what is large."""
    threads = Path(f"/proc/{program.process.pid}/task").iterdir()
    children = " ".join((thread / "children").read_text() for thread in threads).split()
    stats = (Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")
