"""What a machine may do to programs: stop them, set the clock, fill the disk of their log."""

from __future__ import annotations

import os
import signal
import time
from glob import glob
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SkipTest

from tests.real.classic_client import ask
from tests.real.films.test_verified import LARGE, VerifiedTestCase, events
from tests.real.kernel import Stopwatch
from tests.real.processes import Program, free_loopback, script
from tests.real.servers import CENTRAL_PORT

#: Longer than a link waits for an answer that it is owed.
FROZEN_S = 11.0
CLOCKS = ("-3600", "+3600", "+3650d", "-3650d", "+0")


class FrozenTests(VerifiedTestCase):
    def test_F14_frozen_while_fetching(self) -> None:
        """Both ends are stopped for longer than a link lives: all goes on, and no peer is left for good."""
        film, peer = self.sharing(LARGE)
        program = self.get("--json")
        here = self.stop_midway(program, peer)
        program.signal(signal.SIGSTOP)
        time.sleep(FROZEN_S)
        for each in (peer, program):
            each.signal(signal.SIGCONT)
        woken = Stopwatch()
        program.wait_for(rf'"received": (?!{here}\b)\d{{6,}}')
        self.assertLess(woken.seconds, 4.0)
        self.check_got(program, film)
        self.assertEqual(events(program, "source_failed") + events(program, "source_left"), [])


class ClockTests(VerifiedTestCase):
    def setUp(self) -> None:
        """A wall clock that the test sets, for all programs."""
        super().setUp()
        found = glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        if not found:
            raise SkipTest("libfaketime is not installed: no clock can be set")
        self.clock = self.home / "clock"
        self.set_clock("+0")
        self.clocked = {
            "LD_PRELOAD": found[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            # The file is read no more often than that, and not at every look at the clock.
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_clock(self, offset: str) -> None:
        """So far off, from now on."""
        fresh = Path(f"{self.clock}.new")
        fresh.write_text(offset)
        fresh.replace(self.clock)

    def start(self, args: Any, folder: Any, env: Any = None, **options: Any) -> Program:
        """With that clock."""
        return super().start(args, folder, {**self.clocked, **(env or {})}, **options)

    def test_F15_clock_steps(self) -> None:
        """The clock is set by hours and years, to and fro: what runs goes on, and nobody is forgotten."""
        film, peer = self.sharing(LARGE)
        program = self.get("--json")
        began = Stopwatch()
        for offset in CLOCKS:
            program.wait_for("first_byte")
            self.set_clock(offset)
            time.sleep(1.0)
            peer.signal(signal.SIGCONT)
            # Timers go on: what is due now comes now.
            time.sleep(0.15)
            peer.signal(signal.SIGSTOP)
        peer.signal(signal.SIGCONT)
        self.check_got(program, film)
        self.assertLess(began.seconds, 20.0)
        self.assertEqual(events(program, "source_lost"), [])
        # The clock was years ahead; what is listed is so still.
        self.wait_until_listed({"film": 1}, 5.0)
        told, _ = ask(self.central_ip, CENTRAL_PORT, "film")
        self.assertIn(self.peer_ip.encode(), told)
        peer.signal(signal.SIGTERM)
        peer.finished(3)


class LogTests(VerifiedTestCase):
    def test_F05_log_on_a_full_disk(self) -> None:
        """A log that cannot be written keeps nobody from serving."""
        if not os.path.exists("/dev/full"):
            raise SkipTest("there is no /dev/full")
        (self.home / "fileToIP.txt").write_text(f"film {self.central_ip}\n")
        words = [script("twistd"), "-n", "--logfile", "/dev/full", "p2p-central", "--ip", self.central_ip]
        central = self.start([*words, "--state", "central"], self.home)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                told, _ = ask(self.central_ip, CENTRAL_PORT, "film")
            except OSError:
                time.sleep(0.05)
                continue
            break
        self.assertIn(self.central_ip.encode(), told)
        self.assertIsNone(central.process.poll())
        self.assertLess(len(central.stdout + central.stderr), 5000)
        central.signal(signal.SIGTERM)
        central.finished(3)


class DamagedTests(VerifiedTestCase):
    """What cannot be made anew is not made anew in silence."""

    def test_F10_damaged_state(self) -> None:
        """A role whose keys or names were damaged or cut says which, in a line, and does not start."""
        for program in (self.central(), self.peer()):
            program.wait_for("listens on")
            program.signal(signal.SIGTERM)
            program.finished()
        for role, path in (
            ("central", "central/central/identity"), ("central", "central/central/names.db"),
            ("peer", "state/peer/identity"), ("peer", "state/peer/publisher"), ("peer", "state/peer/tls"),
        ):  # fmt: skip
            file = self.home / path
            whole = file.read_bytes()
            for content in (whole[: len(whole) // 2], bytes([whole[0] ^ 1]) + whole[1:]):
                file.write_bytes(content)
                self.check_refused(role, file.name)
            file.write_bytes(whole)

    def check_refused(self, role: str, name: str) -> None:
        """It ends with code 1 and one line that names the file."""
        own = ("--ip", free_loopback(), "--state", str(self.home / {"peer": "state"}.get(role, role)))
        program = self.twistd(f"p2p-{role}", *own, folder=self.home)
        self.assertEqual(program.finished(), 1, (name, program.told()))
        self.assertRegex(program.stderr, rf"^p2p-{role}: .*\n$", name)
        self.assertIn("damaged", program.stderr)
        self.assertNotIn("Traceback", program.stdout + program.stderr)
