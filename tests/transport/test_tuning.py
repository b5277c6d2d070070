"""What the kernel is told about a connection."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.transport import tuning
from p2pstream.transport.tuning import limit_unsent, tune


class Plain(StringTransport):
    """A connection between two addresses, with a socket of its own."""

    def __init__(self, own: str, other: str) -> None:
        family = IPv6Address if ":" in own else IPv4Address
        super().__init__(hostAddress=family("TCP", own, 2050), peerAddress=family("TCP", other, 50_000))
        self.socket = socket.socket()


class TuneTests(SynchronousTestCase):
    def tuned(self, own: str, other: str) -> socket.socket:
        """The socket of a connection between these."""
        transport = Plain(own, other)
        self.addCleanup(transport.socket.close)
        self.patch(tuning, "plain_socket", lambda _: transport.socket)
        tune(transport, replace(LIMITS, unsent_bytes=99_000))
        return transport.socket

    def congestion(self, found: socket.socket) -> bytes:
        """How it is paced."""
        return found.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0")

    def test_little_unsent(self) -> None:
        """Wherever the other end is."""
        for own, other in (("127.0.0.1", "127.0.0.2"), ("192.168.1.7", "192.168.1.9")):
            found = self.tuned(own, other)
            self.assertEqual(found.getsockopt(socket.IPPROTO_TCP, 25), 99_000)

    def test_held(self) -> None:
        """Less, where that is said later; harmless where there is no socket."""
        found = self.tuned("192.168.1.7", "192.168.1.9")
        limit_unsent(StringTransport(), 30_000)
        self.assertEqual(found.getsockopt(socket.IPPROTO_TCP, 25), 30_000)
        self.patch(tuning, "plain_socket", lambda _: None)
        limit_unsent(StringTransport(), 20_000)
        self.assertEqual(found.getsockopt(socket.IPPROTO_TCP, 25), 30_000)

    def test_not_paced_on_this_machine(self) -> None:
        """On loopback, and from one of its addresses to the same; on no other road."""
        if not hasattr(socket, "TCP_CONGESTION"):
            return
        with socket.socket() as untold:
            usual = self.congestion(untold)
        roads = {
            ("127.0.0.1", "127.0.0.2"): b"reno",
            ("::1", "::1"): b"reno",
            ("192.168.1.7", "192.168.1.7"): b"reno",
            ("192.168.1.7", "192.168.1.9"): usual,
            ("8.8.8.8", "9.9.9.9"): usual,
        }
        for (own, other), expected in roads.items():
            self.assertEqual(self.congestion(self.tuned(own, other)), expected, (own, other))

    def kernel(self, granted: str, grown: str) -> None:
        """Linux grants so much when it is asked, and so much by itself."""
        folder = Path(self.mktemp())
        for name, content in (("core/wmem_max", granted), ("ipv4/tcp_wmem", grown)):
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(content)
        self.patch(tuning, "_KERNEL", folder)

    def buffer(self, own: str, other: str) -> int:
        """How much may be on its way between these."""
        return self.tuned(own, other).getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    def test_room_for_a_long_way(self) -> None:
        """To another machine, where Linux grants more than it would give by itself; else it is left alone."""
        with socket.socket() as untold:
            usual = untold.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
            untold.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LIMITS.far_buffer_bytes)
            asked = untold.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        far, near = ("192.168.1.7", "192.168.1.9"), ("127.0.0.1", "127.0.0.2")
        cases = [
            ("4194304\n", "4096\t16384\t4194304\n", far, asked),
            ("4194304\n", "4096\t16384\t4194304\n", near, usual),
            ("2097153\n", "4096\t16384\t4194304\n", far, asked),
            ("2097152\n", "4096\t16384\t4194304\n", far, usual),
            ("16777216\n", "4096\t16384\t8388607\n", far, asked),
            ("16777216\n", "4096\t16384\t8388608\n", far, usual),
            ("many\n", "4096\t16384\t4194304\n", far, usual),
            ("4194304\n", "4096\n", far, usual),
        ]
        for granted, grown, ends, expected in cases:
            self.kernel(granted, grown)
            self.assertEqual(self.buffer(*ends), expected, (granted, grown, ends))

    def test_unknown_kernel(self) -> None:
        """Where nothing tells what it grants, the buffer is left alone."""
        with socket.socket() as untold:
            usual = untold.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        self.patch(tuning, "_KERNEL", Path(self.mktemp()))
        self.assertEqual(self.buffer("192.168.1.7", "192.168.1.9"), usual)

    def test_without_a_socket(self) -> None:
        """There is nothing to tell, and nothing happens."""
        tune(StringTransport(), LIMITS)
