"""Who may send what is broadcast."""

from __future__ import annotations

from ipaddress import ip_network

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.airing.admittance import Admittance, kept_key
from p2pstream.errors import Refused
from p2pstream.testing.state.disks import MemoryDisk


class AdmittanceTests(SynchronousTestCase):
    """Who may send."""

    def test_with_a_key(self) -> None:
        """The key, and no other; without one, anything."""
        Admittance("secret", ()).with_key("secret")
        for wrong in ("", "secre", "secret ", "ſecret"):
            fault = self.assertRaises(Refused, Admittance("secret", ()).with_key, wrong)
            self.assertIn("not the stream key", str(fault))
        Admittance("", None).with_key("whatever")

    def test_on_the_peer_port(self) -> None:
        """This machine without a key; others with the key, if there is one."""
        Admittance("", None).on_the_peer_port("whatever", "127.0.0.1")
        Admittance("secret", ()).on_the_peer_port("whatever", "::1")
        Admittance("secret", ()).on_the_peer_port("secret", "192.0.2.1")
        self.assertRaises(Refused, Admittance("secret", ()).on_the_peer_port, "other", "192.0.2.1")
        fault = self.assertRaises(Refused, Admittance("", None).on_the_peer_port, "", "192.0.2.1")
        self.assertIn("--bind", str(fault))

    def test_without(self) -> None:
        """Those addresses alone; nobody, or everybody who gets as far."""
        some = Admittance("", (ip_network("192.0.2.0/24"), ip_network("2001:db8::1")))
        some.without_key("192.0.2.7")
        some.without_key("2001:db8::1")
        for other in ("192.0.3.7", "2001:db8::2", "127.0.0.1"):
            self.assertRaises(Refused, some.without_key, other)
        fault = self.assertRaises(Refused, Admittance("", ()).without_key, "127.0.0.1")
        self.assertIn("--from 127.0.0.1", str(fault))
        Admittance("", None).without_key("127.0.0.1")

    def test_kept_key(self) -> None:
        """The same one each time, until another is wished; nobody can guess it."""
        disk = MemoryDisk()
        first = kept_key(disk, "key", False)
        self.assertGreaterEqual(len(first), 26)
        self.assertEqual(kept_key(disk, "key", False), first)
        self.assertNotEqual(kept_key(disk, "key", True), first)
