"""Who can reach us."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import ip_address, ip_interface

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from p2pstream.data.portable import portable_only
from p2pstream.transport.networks.reach import only_lan_ip, outgoing_ip, told_host, who_reaches

#: A machine that is on one network, and knows no way out of it.
ALONE = """
ip link set lo up
ip link add lan type bridge || exit 77
ip address add 192.168.77.5/24 dev lan
ip link set lan up
"""


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

    def test_only_lan(self) -> None:
        """One address on a local network is that by which others know us; of several nobody can tell."""
        own = [ip_interface(each) for each in ("127.0.0.1/8", "::1/128", "fe80::1/64", "fd00::5/64")]
        self.assertIsNone(only_lan_ip(own))
        own.append(ip_interface("192.168.1.7/24"))
        self.assertEqual(only_lan_ip(own), "192.168.1.7")
        own.append(ip_interface("172.17.0.1/16"))
        self.assertIsNone(only_lan_ip(own))

    def test_no_way_out(self) -> None:
        """A machine without a default route still has a name on its network, where those can be listed."""
        if portable_only():
            raise SkipTest("a portable program cannot list them")
        asked = "from p2pstream.transport.networks.reach import outgoing_ip; print(outgoing_ip())"
        words = ["unshare", "-n" if os.geteuid() == 0 else "-rn", "sh", "-c", f'{ALONE} "$0" -c "$1"']
        try:
            told = subprocess.run(
                [*words, sys.executable, asked], capture_output=True, text=True, check=False, timeout=30
            )
        except FileNotFoundError:
            raise SkipTest("there is no unshare") from None
        if told.returncode:
            raise SkipTest(f"no network of our own can be had here: {told.stderr}")
        self.assertEqual(told.stdout, "192.168.77.5\n")
