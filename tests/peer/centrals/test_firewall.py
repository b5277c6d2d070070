"""Which firewall seems to be on."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.peer.centrals.firewall import firewall_in_use


class FirewallTests(SynchronousTestCase):
    def setUp(self) -> None:
        """A system with no firewall."""
        self.root = Path(self.mktemp())
        self.root.mkdir()

    def seen(self) -> str | None:
        """What is found there."""
        return firewall_in_use(str(self.root))

    def make(self, path: str, content: str = "") -> None:
        """A file of that system."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def test_none(self) -> None:
        """Nothing is claimed without a sign of it."""
        self.assertIsNone(self.seen())

    def test_ufw(self) -> None:
        """It may be installed and off."""
        self.make("etc/ufw/ufw.conf", "# ENABLED=yes starts it\nENABLED=no\n")
        self.assertIsNone(self.seen())
        self.make("etc/ufw/ufw.conf", "ENABLED=yes\n")
        self.assertEqual(self.seen(), "ufw")

    def test_others(self) -> None:
        """The running firewalld, and the nftables that systemd starts."""
        self.make("etc/systemd/system/sysinit.target.wants/nftables.service")
        self.assertEqual(self.seen(), "nft")
        self.make("run/firewalld/x")
        self.assertEqual(self.seen(), "firewalld")
