"""What the doctor says of multicast, without any network."""

from __future__ import annotations

from ipaddress import IPv4Interface

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.roles.multicast import multicast_findings


class FindingTests(SynchronousTestCase):
    def test_no_network(self) -> None:
        """There is nobody who could find it."""
        (finding,) = multicast_findings(())
        self.assertFalse(finding.good)
        self.assertIn("no network with IPv4", finding.text)

    def test_not_our_address(self) -> None:
        """An address that went meanwhile is named, with the reason."""
        (finding,) = multicast_findings([IPv4Interface("198.51.100.77/24")])
        self.assertFalse(finding.good)
        self.assertIn("no multicast on 198.51.100.77: ", finding.text)
