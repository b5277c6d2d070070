"""A swarm of real programs, in which some are killed, starved, greedy or hostile, and somebody watches."""

from __future__ import annotations

import os
import signal
import sys
import time
from random import Random

from tests.real.films.bent import GREEDY, SHARER
from tests.real.films.test_verified import VerifiedTestCase, events
from tests.real.processes import Program, free_loopback
from tests.real.servers import PEER_PORT

#: Of the film, in bytes a second.
RATE = 250_000
HONEST = "from p2pstream.roles.peer import main; main()"


class SwarmTestCase(VerifiedTestCase):
    def sharer(self, upload: int, code: str = HONEST, *begin: str) -> Program:
        """A peer that has the film, at an address of its own, and sends so many bytes a second at most."""
        host = free_loopback()
        words = ["--ip", host, "--central", self.central_ip, "--share", str(self.share)]
        limits = ["--state", str(self.home / host), "--upload-limit", str(upload), "--limit-local"]
        return self.start([sys.executable, "-c", code, *begin, *words, *limits], self.home)

    def swarm(self, seconds: float, *uploads: int) -> bytes:
        """A central, and honest peers that are listed with a film of so many seconds."""
        film = self.share_film(int(seconds * RATE))
        self.central()
        self.peers = [self.sharer(upload) for upload in uploads]
        self.settled(self.peers)
        return film

    def settled(self, peers: list[Program]) -> None:
        """All of them have hashed it, and are listed."""
        for peer in peers:
            peer.wait_for("hashed [0-9]+ file", 30.0)
            peer.wait_for("listed at", 30.0)

    def viewer(self, name: str, *args: str, start_s: float = 2.0) -> Program:
        """``p2p-play`` with a player that holds ten seconds; it cannot have all of the film early."""
        player = f"{sys.executable} -m tests.real.films.watcher {RATE} 10 {start_s}"
        own = ["--state", name, "--json", "--player", player, *args]
        words = [sys.executable, "-m", "p2pstream.commands.play", self.central_ip, "film", *own]
        return self.start(words, self.home, {"P2PSTREAM_CONFIG": "/dev/null"})

    def check_moved(self, viewer: Program, film: bytes) -> None:
        """It saw all of it, and the picture never stood still."""
        self.assertEqual(viewer.finished(60), 0, viewer.told())
        self.assertNotIn("stood still", viewer.stdout + viewer.stderr)
        self.assertIn(f"saw {len(film)} bytes", viewer.stdout + viewer.stderr)


NARROW = ("--download-limit", str(int(1.4 * RATE)), "--limit-local")


class DyingTests(SwarmTestCase):
    """Those who send are killed."""

    def test_F24_all_but_one_die(self) -> None:
        """Five sources of six are killed at once, with five seconds of film there: the picture moves."""
        film = self.swarm(9.0, int(1.5 * RATE), *[RATE // 2] * 5)
        viewer = self.viewer("mine", *NARROW, start_s=5.0)
        viewer.wait_for("there is a picture", 30.0)
        for peer in self.peers[1:]:
            peer.signal(signal.SIGKILL)
        self.check_moved(viewer, film)
        self.assertGreaterEqual(len(events(viewer, "source_lost")), 3)

    def test_F23_half_are_killed(self) -> None:
        """Half of those who serve are killed every three seconds, and empty ones come: the picture moves."""
        film = self.swarm(9.0, 3 * RATE)
        random = Random(23)
        serving = [self.serving(number) for number in range(4)]
        viewer = self.viewer("mine", *NARROW)
        viewer.wait_for("there is a picture", 30.0)
        for number in range(2):
            time.sleep(1.5)
            drawn = random.sample(range(4), 2)
            for place in drawn:
                serving[place].signal(signal.SIGKILL)
            time.sleep(1.5)
            for place in drawn:
                serving[place] = self.serving(10 * (number + 1) + place)
        self.check_moved(viewer, film)

    def serving(self, number: int) -> Program:
        """``p2p-get`` that gives on what it has, which is nothing yet."""
        own = ["--state", f"serving{number}", "-o", f"got{number}", "--keep-seeding", "--quiet"]
        limits = ["--upload-limit", str(int(1.5 * RATE)), "--download-limit", str(RATE), "--limit-local"]
        words = [sys.executable, "-m", "p2pstream.commands.get", self.central_ip, "film", *own, *limits]
        return self.start(words, self.home, {"P2PSTREAM_CONFIG": "/dev/null"})


class StarvedTests(SwarmTestCase):
    def test_F17_half_of_a_processor(self) -> None:
        """Who watches is stopped for a twentieth of a second, again and again: the picture moves."""
        film = self.swarm(6.0, 8 * RATE)
        viewer = self.viewer("mine", *NARROW)
        viewer.wait_for("lookup_done", 30.0)
        while viewer.process.poll() is None:
            for number in (signal.SIGSTOP, signal.SIGCONT):
                viewer.signal(number)
                time.sleep(0.05)
        self.check_moved(viewer, film)


class HostileTests(SwarmTestCase):
    def test_F43_nine_of_ten(self) -> None:
        """One of ten that are listed is honest: a proven byte is here in three seconds, the rest in time."""
        film = self.swarm(6.0, 4 * RATE)
        kinds = ["silent"] * 5 + ["corrupting(spoil_all)"] * 4
        self.settled([self.sharer(4 * RATE, SHARER, kind) for kind in kinds])
        viewer = self.viewer("mine", *NARROW)
        self.check_moved(viewer, film)
        (first, *_) = events(viewer, "first_byte")
        self.assertLess(first["seconds"], 3.0)
        met = {each["address"] for each in events(viewer, "source_connected")}
        self.assertGreaterEqual(len(met), 5, "most are hostile")
        honest = f"{self.peers[0].args[4]}:{PEER_PORT}"
        self.assertNotIn(honest, [each["address"] for each in events(viewer, "source_lied")])

    def test_F40_three_greedy(self) -> None:
        """Three who call all urgent, and give nothing, leave two who watch nine tenths of their part."""
        # What they fetch outlasts the film that is watched; five share what the only source sends.
        self.large("more", 40 << 20)
        film = self.swarm(7.0, int(5 * RATE / 0.9))
        greedy = [self.greedy(number) for number in range(3)]
        for each in greedy:
            each.wait_for("first_byte", 30.0)
        viewers = [self.viewer(f"mine{number}", "--no-upload") for number in range(2)]
        for viewer in viewers:
            self.check_moved(viewer, film)

    def large(self, name: str, size: int) -> None:
        """One more file in the share."""
        (self.share / name).write_bytes(os.urandom(size))
        os.utime(self.share / name, (1, 1))

    def greedy(self, number: int) -> Program:
        """One that fetches what is large."""
        own = ["--state", f"greedy{number}", "-o", f"got{number}", "--no-upload", "--json"]
        words = [sys.executable, "-c", GREEDY, self.central_ip, "more", *own]
        return self.start(words, self.home, {"P2PSTREAM_CONFIG": "/dev/null"})
