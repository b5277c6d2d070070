"""The tools of the real tests are themselves tested."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import sys
import time

from twisted.trial.unittest import SynchronousTestCase

from p2pstream import __version__
from tests.real.kernel import Stopwatch, waited
from tests.real.processes import CLASSIC_PORTS, ProcessesMixin, free_loopback, obeying_permissions, script


class FreeLoopbackTests(SynchronousTestCase):
    def test_both_ports_free(self) -> None:
        """Both classic ports can be listened on at once, and no address comes twice."""
        hosts = {free_loopback() for _ in range(5)}
        self.assertEqual(len(hosts), 5)
        for host in hosts:
            for port in CLASSIC_PORTS:
                with socket.create_server((host, port)):
                    pass


class ProgramTests(ProcessesMixin, SynchronousTestCase):
    def test_waits_for_a_line(self) -> None:
        """What a program prints can be waited for, and its exit code read."""
        program = self.start([sys.executable, "-c", "print('ready on 7'); exit(3)"], self.folder())
        self.assertEqual(program.wait_for(r"ready on (\d)").group(1), "7")
        self.assertEqual(program.finished(), 3)

    def test_says_what_was_printed_instead(self) -> None:
        """A line that never comes is an error that shows the output."""
        program = self.start([sys.executable, "-c", "print('otherwise')"], self.folder())
        error = self.assertRaises(AssertionError, program.wait_for, "ready", 5.0)
        self.assertIn("otherwise", str(error))

    def test_kills_the_whole_group(self) -> None:
        """Children of a program end with it."""
        code = "import os, time; print(os.fork(), flush=True); time.sleep(60)"
        program = self.start([sys.executable, "-c", code], self.folder())
        child = int(program.wait_for(r"([1-9]\d*)\n").group(1))
        program.kill()
        deadline = time.monotonic() + 5
        while self._runs(child):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        self.assertEqual(program.finished(), -signal.SIGKILL)

    def test_ends_with_us(self) -> None:
        """A program whose test run is killed does not stay behind."""
        code = (
            "import time; from tests.real.processes import Program\n"
            f"words = [{sys.executable!r}, '-c', 'import time; time.sleep(60)']\n"
            f"print(Program(words, '.', forked={not self.fresh}).process.pid, flush=True)\n"
            "time.sleep(60)"
        )
        program = self.start([sys.executable, "-c", code], self.folder())
        child = int(program.wait_for(r"(\d+)\n").group(1))
        self.addCleanup(self._end, child)
        program.signal(signal.SIGKILL)
        deadline = time.monotonic() + 5
        while self._runs(child):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def _end(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def _runs(self, pid: int) -> bool:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def test_working_directory(self) -> None:
        """A program runs in the folder it was given, and its output is not put there."""
        folder = self.folder()
        program = self.start([sys.executable, "-c", "import os; print(os.getcwd())"], folder)
        program.finished()
        self.assertEqual(program.stdout.strip(), str(folder))
        self.assertEqual(os.listdir(folder), [])

    def test_environment_and_limits(self) -> None:
        """It has the environment that it was given and the limits of ours, and no descriptor of ours."""
        code = (
            "import os, resource; print(os.environ['NAME'], resource.getrlimit(resource.RLIMIT_NOFILE)[0],"
            " len(os.listdir('/proc/self/fd')), os.getsid(0) == os.getpid())"
        )
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        program = self.start([sys.executable, "-c", code], self.folder(), {"NAME": "a name"})
        self.assertEqual(program.finished(), 0, program.told())
        # The three standard ones, and the one that lists them.
        self.assertEqual(program.stdout, f"a name {soft - 1} 4 True\n")

    def test_obeying_permissions(self) -> None:
        """What nobody may read is not read, by root neither."""
        closed = self.folder() / "closed"
        closed.touch(0)
        words = obeying_permissions([sys.executable, "-c", f"open({str(closed)!r})"])
        program = self.start(words, self.folder())
        self.assertEqual(program.finished(), 1)
        self.assertIn("PermissionError", program.stderr)

    def test_errors(self) -> None:
        """An error that nobody catches is told on standard error, with exit code 1."""
        program = self.start([sys.executable, "-c", "import nosuchmodule"], self.folder())
        self.assertEqual(program.finished(), 1)
        self.assertIn("ModuleNotFoundError", program.stderr)

    def test_as_a_module_and_a_script(self) -> None:
        """A module runs as the main one with its words, and so does an installed program."""
        for words in ([sys.executable, "-m", "p2pstream.commands.get"], [script("p2p-get")]):
            program = self.start([*words, "--version"], self.folder())
            self.assertEqual((program.finished(), program.stderr), (0, ""), program.told())
            self.assertIn(__version__, program.stdout)


class StopwatchTests(ProcessesMixin, SynchronousTestCase):
    def test_others_do_not_count(self) -> None:
        """Where more want to run than there are cores, only what is left counts; but not for ever."""
        for _ in range(3 * len(os.sched_getaffinity(0))):
            self.start([sys.executable, "-c", "while True: pass"], self.folder())
        time.sleep(0.5)
        watch, began = Stopwatch(), time.monotonic()
        time.sleep(1.0)
        went = time.monotonic() - began
        self.assertLess(watch.seconds, went if waited() else went + 0.1)
        self.assertTrue(watch.is_over(went / Stopwatch.AT_MOST))
        self.assertFalse(watch.is_over(went + 0.1))


class FreshProgramTests(ProgramTests):
    """So it is with programs that are no forks."""

    fresh = True
