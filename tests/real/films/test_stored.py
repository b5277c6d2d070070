"""What one program of a user fetched, another serves: separate processes on one folder of state."""

from __future__ import annotations

import signal

from p2pstream.content.units import UNIT
from tests.real.films.test_verified import LARGE, VerifiedTestCase, events
from tests.real.processes import Program, free_loopback
from tests.real.visiting import listed


class StoredTests(VerifiedTestCase):
    def beside(self) -> Program:
        """A peer that shares an empty folder, on the state in which this user fetches."""
        (self.home / "nothing").mkdir()
        self.peer_ip = free_loopback()
        peer = self.peer("--state", "mine", "--share", "nothing")
        peer.wait_for("listed at")
        return peer

    def test_c1_what_was_played_is_served(self) -> None:
        """A film that was played is listed at, and fetched from, the viewer's own peer, and until it goes."""
        film, first = self.sharing(3_000_001)
        first_ip, beside = self.peer_ip, self.beside()
        played = self.command("play", self.central_ip, "film", "--player", "none")
        self.assertEqual(played.finished(), 0, played.told())
        self.wait_until_listed({"film": 2}, 10.0)
        first.signal(signal.SIGTERM)
        first.finished()
        self.wait_until_listed({"film": 1}, 5.0)
        other = self.command("get", self.central_ip, "film", "--state", "others", "-o", "other", "--json")
        self.assertEqual(other.finished(30), 0, other.told())
        self.assertTrue((self.home / "other").read_bytes() == film)
        (finished,) = events(other, "finished")
        self.assertEqual(finished["sources"], {f"{self.peer_ip}:2050": len(film)})
        self.assertNotEqual(self.peer_ip, first_ip)
        # Into a file of its own: then it is the user's, and nobody else's any more.
        self.check_got(self.get(), film)
        self.wait_until_listed({"film": 0}, 10.0)
        beside.signal(signal.SIGTERM)
        beside.finished()
        self.assertNotIn("Traceback", beside.stdout + beside.stderr)

    def test_c1_beside_a_fetch(self) -> None:
        """A second fetch of a film takes what the first has from the disk; the peer serves it as well."""
        film, peer = self.sharing(LARGE)
        self.beside()
        first = self.get("--json", "--no-peer", "--download-limit", "30M")
        here = self.stop_midway(first, peer, when=r'"received": \d{7}')
        self.wait_until(lambda: self.written() == here, 15.0)
        self.wait_until(lambda: self.sources() > 1, 15.0)
        first.signal(signal.SIGSTOP)
        peer.signal(signal.SIGCONT)
        second = self.command("get", self.central_ip, "film", "-o", "other", "--json", "--no-peer")
        self.assertEqual(second.finished(30), 0, second.told())
        self.assertTrue((self.home / "other").read_bytes() == film)
        (finished,) = events(second, "finished")
        self.assertEqual(sum(finished["sources"].values()), LARGE - here, finished)
        first.signal(signal.SIGCONT)
        self.check_got(first, film)

    def written(self) -> int:
        """How many bytes the store of this user has, as its files say: a byte for each unit."""
        (fresh,) = (self.home / "mine/store").glob("*.fresh")
        return UNIT * sum(map(bool, fresh.read_bytes()))

    def sources(self) -> int:
        """Who has some of the film, as the central says."""
        (film,) = listed(self.central_ip)
        return film.sources
