"""The networks of this machine."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from ipaddress import IPv4Network, ip_address, ip_network

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.tellers import is_local, is_near
from p2pstream.limits import LIMITS
from p2pstream.testing.clock import HeapClock
from p2pstream.transport.networks.subnets import OwnSubnets, _Entry, interfaces_from, own_subnets

_UP, _DOWN = 1, 0


class SubnetsTests(SynchronousTestCase):
    def setUp(self) -> None:
        """What the lists point at must outlive them."""
        self.kept: list[object] = []

    def pointer(self, host: str) -> int | None:
        """An address as the socket interface writes it."""
        if not host:
            return None
        ip = ip_address(host)
        family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
        offset = 4 if ip.version == 4 else 8
        raw = int(family).to_bytes(2, sys.byteorder).ljust(offset, b"\xff") + ip.packed
        if sys.platform == "darwin":
            raw = bytes([len(raw), family]) + raw[2:]
        return self.place(ctypes.create_string_buffer(raw, len(raw)))

    def place(self, thing: ctypes.Array[ctypes.c_char] | ctypes.Structure) -> int:
        """Where it is."""
        self.kept.append(thing)
        return ctypes.addressof(thing)

    def listed(self, *entries: tuple[int, str, str]) -> list[str]:
        """The networks in a list of flags, addresses and masks."""
        first: int | None = None
        for flags, host, mask in reversed(entries):
            first = self.place(_Entry(first, b"lan0", flags, self.pointer(host), self.pointer(mask)))
        return [str(each.network) for each in interfaces_from(first)]

    def test_listed(self) -> None:
        """Every address of an interface that is up says where a network is."""
        self.assertEqual(self.listed(), [])
        entries = [
            (_UP, "10.1.2.3", "255.255.240.0"),
            (_UP, "fd00:1::5", "ffff:ffff:ffff:ffff::"),
            (_UP, "192.168.7.9", "255.255.255.255"),
        ]
        self.assertEqual(self.listed(*entries), ["10.1.0.0/20", "fd00:1::/64", "192.168.7.9/32"])

    def test_left_out(self) -> None:
        """One that is down has none, nor one without an address or a mask."""
        left_out = [
            (_DOWN, "10.1.2.3", "255.255.255.0"),
            (_UP, "", "255.255.255.0"),
            (_UP, "10.1.2.3", ""),
        ]
        self.assertEqual(self.listed(*left_out, (_UP, "10.9.0.1", "255.255.0.0")), ["10.9.0.0/16"])

    def test_read_again(self) -> None:
        """However often they are asked for, they are read once in some seconds; what is new is known then."""
        clock, read = HeapClock(), list[int]()

        def count() -> list[IPv4Network]:
            read.append(1)
            return [IPv4Network((len(read) << 24, 8))]

        subnets = OwnSubnets(clock, read=count)
        for _ in range(3):
            self.assertEqual(subnets(), [IPv4Network("1.0.0.0/8")])
        clock.advance(LIMITS.subnets_s - 0.01)
        self.assertEqual(subnets(), [IPv4Network("1.0.0.0/8")])
        clock.advance(0.02)
        self.assertEqual(subnets(), [IPv4Network("2.0.0.0/8")])
        self.assertEqual(len(read), 2)

    def test_others_that_count(self) -> None:
        """Networks that a person named are among them, but where the system tells none: then all may be."""
        far = ip_network("192.168.7.0/24")
        subnets = OwnSubnets(HeapClock(), LIMITS, [far], lambda: [ip_network("10.1.0.0/16")])
        self.assertEqual(subnets(), [ip_network("10.1.0.0/16"), far])
        self.assertTrue(is_near(Address("192.168.7.9", 2050), subnets()))
        self.assertTrue(is_local(Address("192.168.7.9", 2050), subnets()))
        self.assertFalse(is_near(Address("192.168.8.9", 2050), subnets()))
        self.assertIsNone(OwnSubnets(HeapClock(), LIMITS, [far], lambda: None)())

    def test_of_this_machine(self) -> None:
        """Its loopback is among them; where they cannot be read, that is said."""
        found = own_subnets()
        if found is not None:
            self.assertIn(ip_network("127.0.0.0/8"), found)
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})
        self.assertIsNone(own_subnets())
