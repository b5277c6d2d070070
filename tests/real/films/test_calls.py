"""A peer behind a wall, and centrals that go: programs that find each other all the same."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from tests.real.classic_client import within
from tests.real.films.test_verified import LARGE, VerifiedTestCase, events, slowly
from tests.real.processes import Program, free_loopback
from tests.real.servers import PEER_PORT

#: A peer that names a port of its address where nobody listens, as behind a router that forwards nothing.
BEHIND_A_WALL = """
import sys
from p2pstream.content.addresses import Address
from p2pstream.roles import peer, peer_parts
port = int(sys.argv.pop(1))
peer_parts.PeerParts.where = lambda parts: Address(parts._told, port)
peer.main()
"""


def closed_port(host: str) -> int:
    """A port of that address where nobody listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


class CalledTests(VerifiedTestCase):
    """A peer that nobody can dial."""

    def walled(self) -> tuple[bytes, Program]:
        """One that shares a film and is listed."""
        film = self.share_film(3_000_001)
        self.central()
        own = ("--ip", self.peer_ip, "--central", self.central_ip, "--state", str(self.home / "state"))
        words = [sys.executable, "-c", BEHIND_A_WALL, str(closed_port(self.peer_ip)), *own]
        peer = self.start(words, self.home)
        peer.wait_for("cannot reach us")
        self.wait_until_listed({"film": 1}, 5.0)
        return film, peer

    def test_d6_called(self) -> None:
        """It is called, dials whoever wants its film, and sends it; on the port that was given."""
        film, _ = self.walled()
        self.check_got(self.get("--json"), film)
        (self.home / "film").unlink()
        port = closed_port("127.0.0.1")
        program = self.get("--json", "--port", str(port))
        self.check_got(program, film)
        (finished,) = events(program, "finished")
        self.assertEqual(sum(finished["sources"].values()), len(film))
        self.assertTrue(finished["verified"])

    def test_d6_port_taken(self) -> None:
        """Where the given port is taken, the line says so."""
        self.walled()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            program = self.get("--port", str(taken.getsockname()[1]))
            self.check_fault(program, "connection refused", "is taken")


class SurvivingTests(VerifiedTestCase):
    """Several centrals, and none."""

    def test_one_of_two_is_dead(self) -> None:
        """The second answers where the first does not; the list comes the same way."""
        film, _ = self.sharing(1_000_001)
        both = f"{free_loopback()},{self.central_ip}"
        self.check_got(self.command("get", both, "film"), film)
        program = self.command("list", both)
        self.assertEqual(program.finished(), 0, program.told())
        self.assertTrue(program.stdout.startswith("film\t"), program.told())

    def test_F25_dies_midway(self) -> None:
        """A fetch goes on when the central dies, and so does the next one by what it knows."""
        film = self.share_film(LARGE)
        central = self.central()
        peer = self.peer(*slowly(film))
        peer.wait_for("hashed 1 file")
        self.wait_until_listed({"film": 1}, 5.0)
        program = self.get("--json")
        self.stop_midway(program, peer)
        central.kill()
        peer.signal(signal.SIGCONT)
        self.check_got(program, film)
        (self.home / "film").unlink()
        program = self.get()
        self.check_got(program, film)
        self.assertIn("no central answers; going by what", program.stderr)
        self.assertIn(f"from {self.peer_ip}:{PEER_PORT}", program.stderr)

    def test_F25_F26_gone_and_back(self) -> None:
        """Who gives on what it fetched says that the central went, and is listed when there is one again."""
        film = self.share_film(1_000_001)
        central, peer = self.central(), self.peer()
        peer.wait_for("hashed 1 file")
        self.wait_until_listed({"film": 1}, 5.0)
        program = self.get("--json", "--keep-seeding")
        self.wait_until_listed({"film": 2}, 15.0)
        central.kill()
        program.wait_for("central_gone")
        self.central()
        program.wait_for("central_back", 30.0)
        self.wait_until_listed({"film": 2}, 10.0)
        program.signal(signal.SIGTERM)
        self.check_got(program, film)
        self.assertEqual(len(events(program, "central_gone")), 1)

    def test_what_was_watched(self) -> None:
        """A film that was watched is there without anybody."""
        film = self.share_film(2_000_001)
        central, peer = self.central(), self.peer()
        peer.wait_for("hashed 1 file")
        self.wait_until_listed({"film": 1}, 5.0)
        program = self.command("play", self.central_ip, "film", "--player", "none")
        self.assertEqual(program.finished(), 0, program.told())
        for each in (central, peer):
            each.kill()
        self.check_got(self.get(), film)


class ReplacedTests(VerifiedTestCase):
    """A file that changes while it is asked for."""

    def test_waited_for(self) -> None:
        """What changed a moment ago is waited for until it is known again, and that is said."""
        _, peer = self.sharing(300_001)
        film = os.urandom(400_001)
        new = self.home / "new"
        new.write_bytes(film)
        new.rename(self.share / "film")
        peer.wait_for("no longer sharing “film”")
        time.sleep(0.2)
        # It has told the central, and has no time yet to find the new key.
        peer.signal(signal.SIGSTOP)
        self.wait_until_listed({"film": 0}, 5.0)
        program = self.get()
        program.wait_for("is there now; waiting")
        peer.signal(signal.SIGCONT)
        self.check_got(program, film)


class PublisherTests(VerifiedTestCase):
    """A name that is somebody else's by now."""

    def test_d4_another(self) -> None:
        """Whose film it was is remembered; another's is fetched with a warning, until it is accepted."""
        film, first = self.sharing(300_001)
        self.check_got(self.get(), film)
        first.signal(signal.SIGTERM)
        first.finished()
        (self.home / "film").unlink()
        other = os.urandom(400_001)
        self.other_peer(other)
        within(5, lambda: 1 in [each["seeds"] for each in self.all_named()])
        program = self.get()
        self.check_got(program, other)
        self.assertIn("warning: “film” is not from", program.stderr)
        rows = self.command("list", self.central_ip)
        self.assertEqual(rows.finished(), 0, rows.told())
        self.assertIn("(yours before)", rows.stdout)
        self.assertIn("(not yours before)", rows.stdout)
        for expected in (["--accept-publisher"], []):
            Path(self.home / "film").unlink()
            program = self.get(*expected)
            self.check_got(program, other)
            self.assertNotIn("is not from", program.stderr)

    def all_named(self) -> list[dict[str, object]]:
        """What ``p2p-list`` says."""
        program = self.command("list", self.central_ip, "--json")
        self.assertEqual(program.finished(), 0, program.told())
        return events(program, "name_listed")
