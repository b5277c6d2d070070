"""Commands that fetch through the peer that runs for the same user."""

from __future__ import annotations

import os
import signal
import stat
from typing import Any

from tests.real.films.test_verified import LARGE, VerifiedTestCase, events
from tests.real.processes import Program, free_loopback


class ResidentTests(VerifiedTestCase):
    def beside(self) -> Program:
        """A peer that shares an empty folder, on the state in which this user fetches."""
        (self.home / "nothing").mkdir()
        self.peer_ip = free_loopback()
        peer = self.peer("--state", "mine", "--share", "nothing")
        peer.wait_for("listed at")
        return peer

    def start(self, args: Any, folder: Any, env: Any = None, **options: Any) -> Program:
        """With the network asked for peers, as others here do not: who does not want that fetches alone."""
        asked = {f"P2PSTREAM_{each}_NO_MDNS": "no" for each in ("GET", "PLAY")}
        return super().start(args, folder, {**(env or {}), **asked}, **options)

    def test_through_the_peer(self) -> None:
        """It fetches once for two commands; when it is killed in the middle they go on where they were."""
        film, seed = self.sharing(LARGE)
        beside = self.beside()
        socket = os.lstat(self.home / "mine/peer/socket")
        self.assertEqual((stat.S_ISSOCK(socket.st_mode), stat.S_IMODE(socket.st_mode)), (True, 0o600))
        film_there = self.command("get", self.central_ip, "film", "--json")
        here = self.stop_midway(film_there, seed)
        self.assertLess(here, LARGE)
        played = self.command("play", self.central_ip, "film", "--player", "none", "--json")
        played.wait_for("resident_found")
        beside.signal(signal.SIGKILL)
        beside.finished()
        for program in (film_there, played):
            program.wait_for("resident_lost")
        seed.signal(signal.SIGCONT)
        self.assertEqual(played.finished(30), 0, played.told())
        self.check_got(film_there, film)
        self.assertEqual(len(events(film_there, "resident_found")), 1)
        # The one that is killed leaves its socket behind, which keeps nobody from anything.
        (self.home / "film").unlink()
        self.check_got(self.get(), film)
