"""Real programs for real tests: started in a process group, watched, always ended.

Nothing here waits longer than it is told, and whatever a test leaves behind is
killed by group when it ends.  When a test fails, what its programs said is printed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from script.programs import dying_with_us
from tests.real import forks
from tests.real.kernel import Stopwatch

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

#: The checkout, so that a child imports the code under test.
ROOT = Path(__file__).resolve().parents[2]

#: The ports that classic cannot change.
CLASSIC_PORTS = (2045, 2050)

#: What takes a start's kind of work, and how long on a machine that counts to ten million in 0.9 s.
IMPORTED = ("asyncio", "email.parser", "http.client", "ssl", "unittest", "xml.dom.minidom")
IMPORTED_S = 0.115

_reservations: list[socket.socket] = []


def _candidates() -> Iterator[str]:
    """Addresses in 127/8 to try, starting somewhere else in each process."""
    for number in count(os.getpid() * 251):
        yield f"127.{64 + number // 64516 % 128}.{1 + number // 254 % 254}.{1 + number % 254}"


_addresses = _candidates()


def free_loopback() -> str:
    """A loopback address on which nobody uses the classic ports.

    It stays ours until this process ends: a UDP socket on the same address marks
    it, which takes nothing from the TCP ports and which other test runs respect.
    """
    while True:
        host = next(_addresses)
        mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            mark.bind((host, CLASSIC_PORTS[0]))
            for port in CLASSIC_PORTS:
                with socket.socket() as probe:
                    probe.bind((host, port))
        except OSError:
            mark.close()
        else:
            _reservations.append(mark)
            return host


def script(name: str) -> str:
    """The path of a program installed beside this interpreter: ``twistd``."""
    return str(Path(sys.executable).with_name(name))


def obeying_permissions(args: Sequence[str]) -> list[str]:
    """A command line for which file permissions count, even where root runs the tests."""
    if os.geteuid():
        return list(args)
    return [*forks.OBEYING, *args]


def injected(calls: str, what: str) -> tuple[str, ...]:
    """What stands before a command line so that something is done to these calls of the system.

    strace(1) has the words.
    """
    # Stopping at these calls alone is cheaper, but there no signal can be put in.
    alone = () if "signal=" in what else ("--seccomp-bpf",)
    how = ("-e", f"trace={calls}", "-e", f"inject={calls}:{what}")
    return ("strace", "-f", *alone, "-qq", "-o", "/dev/null", *how)


class Program:
    """One running child and all that it has said so far.

    :param args: the command line; it is started in a session of its own, so that
        it and all its children can be ended together, and ends when we are killed.
    :param folder: its working directory; its output goes to files there.
    :param forked: whether it may be a fork of a process that has imported all: see `tests.real.zygote`.
    """

    _numbers = count(1)

    def __init__(
        self,
        args: Sequence[str],
        folder: str | Path,
        env: Mapping[str, str] | None = None,
        forked: bool = False,
        **options: Any,
    ) -> None:
        self.args = list(args)
        number = next(self._numbers)
        # Beside the folder, so that a test may count what a program leaves in it.
        base = Path(folder).resolve()
        self._out = base.with_name(f"{base.name}-{number}.out")
        self._err = base.with_name(f"{base.name}-{number}.err")
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        settings = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        # Nobody's own state; and one that no other program uses, unless it is told to.
        state = {"XDG_STATE_HOME": f"{self._out}.state"}
        # Nor do tests that run side by side find each other's peers, or tell a real network of them.
        settings.update({f"P2PSTREAM_{each}_NO_MDNS": "yes" for each in ("GET", "PEER", "PLAY")})
        settings.update({"PYTHONUNBUFFERED": "1", **state, **(env or {})})
        self.process: subprocess.Popen[bytes] | forks.Forked
        with self._out.open("wb") as out, self._err.open("wb") as err:
            if forked and not options and forks.can_fork(self.args, env or {}):
                self.process = forks.fork(self.args, base, settings, out, err)
            else:
                options.setdefault("stdin", subprocess.DEVNULL)
                self.process = subprocess.Popen(
                    dying_with_us(self.args),
                    cwd=base,
                    env=settings,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    **options,
                )
        self.started = time.monotonic()

    @property
    def stdout(self) -> str:
        """Everything it has written to standard output."""
        return self._out.read_text("utf-8", "replace")

    @property
    def written(self) -> Path:
        """The file that its standard output goes to."""
        return self._out

    @property
    def stderr(self) -> str:
        """Everything it has written to standard error."""
        return self._err.read_text("utf-8", "replace")

    def wait_for(self, pattern: str, seconds: float = 15.0) -> re.Match[str]:
        """Wait until its output matches a regular expression; AssertionError if never."""
        watch, sizes = Stopwatch(), None
        while True:
            ended = self.process.poll() is not None
            before, sizes = sizes, [path.stat().st_size for path in (self._out, self._err)]
            if sizes != before:
                found = re.search(pattern, self.stdout) or re.search(pattern, self.stderr)
                if found:
                    return found
            if ended or watch.is_over(seconds):
                raise AssertionError(f"no {pattern!r} within {seconds} s from\n{self.told()}")
            time.sleep(0.01)

    def finished(self, seconds: float = 15.0) -> int:
        """Wait for its end; the exit code, negative for a signal as `subprocess` has it."""
        watch = Stopwatch()
        while (code := self.process.poll()) is None:
            if watch.is_over(seconds):
                raise AssertionError(f"still running after {seconds} s:\n{self.told()}")
            time.sleep(0.005)
        return code

    def ran(self) -> float:
        """Wait for its end; the seconds from its start on, but for those in which others had its core."""
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        seconds = time.monotonic() - self.started
        times = Path(f"/proc/{self.process.pid}/schedstat")
        # The second number: nanoseconds for which it was ready to run and did not.
        return seconds - int(times.read_text().split()[1]) / 1e9 if times.exists() else seconds

    def signal(self, number: int) -> None:
        """Send a signal to the program itself, as ``kill`` does."""
        self.process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """Send a signal to the program and its children, as a terminal does on Ctrl-C."""
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it and its children at once; harmless when they have ended."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def told(self) -> str:
        """Command line, exit code and output, for a failing test's reader."""
        return (
            f"$ {' '.join(self.args)}  (exit code: {self.process.poll()})\n"
            f"--- stdout\n{self.stdout[-8000:]}\n--- stderr\n{self.stderr[-8000:]}"
        )


def _problems(result: Any) -> int:
    return len(getattr(result, "failures", ())) + len(getattr(result, "errors", ()))


class ProcessesMixin(_Case):
    """For a trial TestCase that starts programs.

    :cvar fresh: whether each of them does all that it does when a user starts it, imports too.
    """

    fresh = False

    def run(self, result: Any = None) -> Any:
        """Run the test, and show what the programs said if it failed."""
        self.programs: list[Program] = []
        before = _problems(result)
        outcome = super().run(result)
        if _problems(result) > before:
            for program in self.programs:
                print(f"\n{self.id()}: {program.told()}")
        return outcome

    def folder(self) -> Path:
        """A new, empty working directory."""
        path = Path(self.mktemp()).resolve()
        path.mkdir(parents=True)
        return path

    def start(
        self,
        args: Sequence[str],
        folder: str | Path,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Program:
        """Start a program that ends with this test at the latest."""
        program = Program(args, folder, env, not options.pop("fresh", self.fresh), **options)
        self.programs.append(program)
        self.addCleanup(program.kill)
        return program

    def is_within(self, seconds: float, took: float) -> bool:
        """Whether a start took no longer, on a machine that is not slow.

        How slow it is now tells a program that only imports, of Python's own.
        """
        if took < seconds:
            return True
        words = [sys.executable, "-c", f"import {', '.join(IMPORTED)}"]
        return took < seconds * self.start(words, self.folder(), fresh=True).ran() / IMPORTED_S

    def check_fault(self, program: Program, *words: str, code: int = 1) -> None:
        """It ended with that exit code, and its last line says why, in these words."""
        self.assertEqual(program.finished(20), code, program.told())
        *_, line = program.stderr.splitlines()
        self.assertRegex(line, "^p2p-[a-z]+: ")
        for word in words:
            self.assertIn(word, line)
        self.assertNotIn("Traceback", program.stderr)
        self.assertNotIn("this is a bug", program.stderr)

    def twistd(
        self,
        role: str,
        *args: str,
        folder: str | Path,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Program:
        """Start ``twistd -n ROLE …``."""
        return self.start([script("twistd"), "-n", role, *args], folder, env, **options)
