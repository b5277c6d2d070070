"""Two of five who share a film send bytes that are not the film's: real programs on both sides."""

from __future__ import annotations

import signal
import sys

from p2pstream.content.units import UNIT
from tests.real.films.test_verified import VerifiedTestCase, events
from tests.real.processes import Program, free_loopback
from tests.real.servers import PEER_PORT

SIZE = 24 << 20
FETCHERS = 3

#: A peer that changes what it sends; it says how many bytes it would send.
HOSTILE = """
import sys
from p2pstream.roles import peer, peer_parts
from p2pstream.roles.assembly import peer as assembly
from p2pstream.testing.sim import hostile
name = sys.argv.pop(1)

def spoil(offset, content):
    print(len(content), flush=True)
    return getattr(hostile, name)(offset, content)

class Hostile(peer_parts.PeerParts):
    def __init__(self, *given):
        super().__init__(*given)
        hostile.corrupting(spoil)(self, None)

assembly.PeerParts = Hostile
peer.main()
"""


class PollutedTests(VerifiedTestCase):
    """A swarm of eight, of which 40 % of those who have all are hostile."""

    def sharer(self, *begin: str) -> tuple[str, Program]:
        """A peer with the film, at an address of its own, that sends no more than 6 MB/s."""
        host = free_loopback()
        words = ["--ip", host, "--central", self.central_ip, "--share", str(self.share)]
        limits = ["--state", str(self.home / host), "--upload-limit", "6M", "--limit-local"]
        peer = self.start([sys.executable, *begin, *words, *limits], self.home)
        return f"{host}:{PEER_PORT}", peer

    def test_F33_polluted(self) -> None:
        """Nothing wrong is kept; who lies is left at once, and nobody else; little is lost."""
        film = self.share_film(SIZE)
        self.central()
        honest = ("-c", "from p2pstream.roles.peer import main; main()")
        peers = [self.sharer(*honest) for _ in range(3)]
        liars = dict(self.sharer("-c", HOSTILE, kind) for kind in ("spoil_all", "spoil_last"))
        for _, peer in [*peers, *liars.items()]:
            peer.wait_for("hashed 1 file")
            peer.wait_for("listed at")
        self.wait_until_listed({"film": 5}, 5.0)
        fetchers = [self.fetcher(number) for number in range(FETCHERS)]
        lied = set[str]()
        for number, fetcher in enumerate(fetchers):
            fetcher.wait_for('"finished"', 60)
            self.assertTrue((self.home / f"got{number}").read_bytes() == film)
            left = [each["address"] for each in events(fetcher, "source_lied")]
            self.assertEqual(len(left), len(set(left)), "nobody is asked again")
            lied |= set(left)
            fetcher.signal(signal.SIGTERM)
            fetcher.finished()
        self.assertEqual(lied, set(liars))
        sent = sum(int(line) for liar in liars.values() for line in liar.stdout.split())
        self.assertGreaterEqual(sent, UNIT)
        self.assertLessEqual(sent, 0.05 * FETCHERS * SIZE)

    def fetcher(self, number: int) -> Program:
        """One that gives on what it has."""
        own = ["--state", f"mine{number}", "-o", f"got{number}", "--json", "--keep-seeding"]
        words = [sys.executable, "-m", "p2pstream.commands.get", self.central_ip, "film", *own]
        limits = ["--upload-limit", "6M", "--limit-local"]
        return self.start([*words, *limits], self.home, {"P2PSTREAM_CONFIG": "/dev/null"})
