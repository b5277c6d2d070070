"""Addresses that somebody tells."""

from __future__ import annotations

from ipaddress import ip_network

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.tellers import Subnets, dialable, is_local, neighbouring
from p2pstream.limits import LIMITS


class TellersTests(SynchronousTestCase):
    def kept(self, by: str, *told: str, subnets: Subnets | None = None) -> list[str]:
        """What may be dialled of what a central at ``by`` tells."""
        addresses = [Address.parse(each, 2050) for each in told]
        return [
            str(each) for each in dialable(addresses, lambda each: each, Address.parse(by, 2045), subnets)
        ]

    def test_d6_scopes(self) -> None:
        """This machine only on the word of somebody here; a private network on that of nobody far away."""
        told = ("127.0.0.1", "[::1]", "10.0.0.1", "[fe80::1]", "192.168.1.1", "9.9.9.9")
        shown = [str(Address.parse(each, 2050)) for each in told]
        for by, first in (
            ("127.0.0.1", 0), ("localhost", 0), ("::1", 0), ("10.9.9.9", 2), ("a.lan", 2), ("8.8.8.8", 5),
        ):  # fmt: skip
            self.assertEqual(self.kept(by, *told), shown[first:], by)

    def test_d6_networks(self) -> None:
        """Private and link-local addresses only inside a network of ours, to the last one of it."""
        subnets = [ip_network(each) for each in ("192.168.4.0/22", "fd00:1::/64", "fe80::/64")]
        inside = ("192.168.4.0", "192.168.7.255", "[fd00:1::]", "[fd00:1::ffff:ffff:ffff:ffff]", "[fe80::9]")
        outside = (
            "192.168.3.255",
            "192.168.8.0",
            "[fd00:1:0:1::]",
            "[fd00::1]",
            "[fe80:0:0:1::]",
            "10.0.0.1",
        )
        public = ("9.9.9.9", "[2001:4860::8888]")
        told = [str(Address.parse(each, 2050)) for each in (*inside, *outside, *public)]
        by = "192.168.4.1"
        self.assertEqual(self.kept(by, *told), told)
        self.assertEqual(self.kept(by, *told, subnets=subnets), told[:5] + told[-2:])
        self.assertEqual(self.kept(by, *told, subnets=[]), told[-2:])
        # This machine is in no network; a name is where its resolver says.
        self.assertEqual(
            self.kept("127.0.0.1", "127.0.0.9", "[::1]", "a.lan", subnets=[]),
            ["127.0.0.9:2050", "[::1]:2050", "a.lan:2050"],
        )

    def test_d6_what_is_no_peer(self) -> None:
        """No multicast, no broadcast, nowhere; and no port below 1024."""
        told = ("224.0.0.1", "255.255.255.255", "0.0.0.0", "[ff02::1]", "[::]")
        self.assertEqual(self.kept("127.0.0.1", *told), [])
        ports = [f"10.0.0.1:{port}" for port in (22, 25, 80, 443, 1023, LIMITS.back_least_port)]
        self.assertEqual(self.kept("10.0.0.2", *ports), ["10.0.0.1:1024"])

    def test_F45_many_ports_of_one_host(self) -> None:
        """One host, or one /64, is dialled at a few ports, whatever is told; this machine at any."""
        most = LIMITS.told_ports
        for host in ("10.0.0.{}", "[2001:db8::{}]", "127.0.0.{}"):
            several = [f"{host.format(1)}:{port}" for port in range(2000, 2000 + most + 1)]
            kept = self.kept("127.0.0.1", *several)
            self.assertEqual(kept, several if host.startswith("127") else several[:most])
        net = [f"[2001:db8::{number}]:2050" for number in range(1, most + 2)]
        self.assertEqual(len(self.kept("127.0.0.1", *net)), most)
        self.assertEqual(len(self.kept("127.0.0.1", *(f"10.0.0.{n}" for n in range(1, 50)))), 49)


class LocalTests(SynchronousTestCase):
    """What is on our own network."""

    def test_by_subnet(self) -> None:
        """This machine, and what is in a network that it is on, of whatever kind; no name of a host."""
        subnets = [ip_network("10.0.0.0/24"), ip_network("45.1.1.0/24"), ip_network("2001:db8::/64")]
        for host, local in (
            ("127.0.0.9", True),
            ("10.0.0.7", True),
            ("10.0.1.7", False),
            ("45.1.1.7", True),
            ("45.1.2.7", False),
            ("2001:db8::7", True),
            ("2001:db8:0:1::7", False),
            ("example.org", False),
        ):
            self.assertEqual(is_local(Address(host, 2050), subnets), local, host)

    def test_unknown_subnets(self) -> None:
        """Where they are not known, private addresses are taken for ours."""
        for host, local in (("10.0.1.7", True), ("45.1.1.7", False), ("localhost", True)):
            self.assertEqual(is_local(Address(host, 2050), None), local, host)


class NeighbouringTests(SynchronousTestCase):
    """What programs of our network say of themselves."""

    def kept(self, *told: str, own: str = "10.0.0.9:2050", subnets: Subnets | None = None) -> list[str]:
        """Where those are that may be dialled."""
        addresses = [Address.parse(each, 2050) for each in told]
        return [str(each) for each in neighbouring(addresses, Address.parse(own, 2050), subnets, LIMITS)]

    def test_d6_of_our_network_alone(self) -> None:
        """Nobody far away, not this machine, not ourselves, and no service of others."""
        subnets = [ip_network("10.0.0.0/24"), ip_network("9.9.9.0/24")]
        good = ["10.0.0.1:2050", "10.0.0.9:2051", "9.9.9.9:1024"]
        bad = ("127.0.0.1", "10.0.1.1", "8.8.8.8", "10.0.0.9:2050", "10.0.0.1:1023", "224.0.0.1", "a.lan")
        self.assertEqual(self.kept(*bad, *good, subnets=subnets), good)
        self.assertEqual(self.kept("8.8.8.8", "10.0.1.1"), ["10.0.1.1:2050"])

    def test_d6_so_many(self) -> None:
        """No more than the bound, and few of one host."""
        hosts = [f"10.0.0.{number}" for number in range(20, 21 + LIMITS.neighbours)]
        self.assertEqual(len(self.kept(*hosts[1:])), LIMITS.neighbours)
        self.assertEqual(len(self.kept(*hosts)), LIMITS.neighbours)
        ports = [f"10.0.0.1:{port}" for port in range(3000, 3001 + LIMITS.told_ports)]
        self.assertEqual(len(self.kept(*ports)), LIMITS.told_ports)
