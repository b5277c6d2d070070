"""Why others cannot dial us, in words."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.peer.centrals.reachability import Reachability, likely_cause
from p2pstream.testing.node import HeardEvents


class CauseTests(SynchronousTestCase):
    def test_firewall_here(self) -> None:
        """A firewall of this machine is named, with the command that opens the port."""
        tried = Address("192.0.2.7", 2050)
        for firewall, command in (
            ("ufw", "sudo ufw allow 2050/tcp"),
            ("firewalld", "--add-port=2050/tcp"),
            ("nft", "tcp dport 2050 accept"),
        ):
            self.assertIn(command, likely_cause(tried, "192.0.2.7", firewall))

    def test_router(self) -> None:
        """Who is seen at an address that is not its own stands behind a router."""
        said = likely_cause(Address("203.0.113.9", 2050), "192.168.1.7", None)
        self.assertIn("have it forward TCP port 2050 of 203.0.113.9 to 192.168.1.7:2050", said)

    def test_firewall_between(self) -> None:
        """Who is seen as it is has a firewall somewhere before it."""
        self.assertIn("a firewall between", likely_cause(Address("192.0.2.7", 2050), "192.0.2.7", None))


class ReachabilityTests(SynchronousTestCase):
    def test_told_again_only_when_it_changed(self) -> None:
        """Another address that was tried in vain is news; the same is none."""
        events = HeardEvents()
        reachability = Reachability(events, "192.168.1.7")
        one, two = Address("203.0.113.9", 2050), Address("203.0.113.10", 2050)
        for tried, reachable in ((None, False), (one, False), (one, False), (two, False), (two, None)):
            reachability.answered("c:1", Lease(60.0, tried, reachable))
        told = [fields["address"] for fields in events.named("unreachable")]
        self.assertEqual(told, ["203.0.113.9:2050", "203.0.113.10:2050"])
