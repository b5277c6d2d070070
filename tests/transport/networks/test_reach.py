"""Who can reach us."""

from __future__ import annotations

from ipaddress import ip_address

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.networks.reach import outgoing_ip, told_host, who_reaches


class ReachTests(SynchronousTestCase):
    def test_who(self) -> None:
        """The words follow from the address."""
        self.assertEqual(who_reaches("127.3.4.5"), "programs on this machine")
        self.assertEqual(who_reaches("::1"), "programs on this machine")
        self.assertEqual(who_reaches("192.168.1.2"), "everyone on your network")
        self.assertEqual(who_reaches("fe80::1"), "everyone on your network")
        self.assertEqual(who_reaches("8.8.8.8"), "everyone on the internet")

    def test_told(self) -> None:
        """Who listens on one address tells that one, who listens on all the outgoing one."""
        self.assertEqual(told_host("127.0.0.9"), "127.0.0.9")
        self.assertEqual(told_host("0.0.0.0"), outgoing_ip())
        self.assertFalse(ip_address(outgoing_ip()).is_unspecified)
