"""Every case of ``tests/vectors/classic.json``: what the ancestor does, and what ours does instead."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.protocol import Protocol
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.protocols.classic.lookup import LookupFactory
from p2pstream.protocols.classic.messages import AddressList, Unknown, encode_name, parse_reply
from p2pstream.protocols.classic.transfer import TransferFactory
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.link import MemoryLink
from tests.protocols.classic.ancestor import AncestorCentral, AncestorClient, AncestorPeer

Case = dict[str, Any]

CASES: list[Case] = json.loads((Path(__file__).parents[2] / "vectors" / "classic.json").read_text())["cases"]
FILES = {"small.bin": b"a small film", "empty.bin": b""}

#: What ours answers, and after how many seconds; the same words are in the file as prose.
OURS: dict[str, tuple[bytes, float]] = {
    "known name, two peers": (b"127.0.0.1 127.0.0.2 ", 0.0),
    "name longer than the list: its tail leaks behind the list": (b"10.0.0.1 ", 0.0),
    "last line of the table is duplicated when the file ends in a newline": (b"127.0.0.1 ", 0.0),
    "unknown name is echoed": (b"", 1.0),
    "newline counts as part of the name: echoed": (b"127.0.0.1 ", 0.0),
    "name ending in NUL, or NUL-padded to 100, is understood": (b"127.0.0.1 127.0.0.2 ", 0.0),
    "client half-closes after the name": (b"127.0.0.1 127.0.0.2 ", 0.0),
    "nothing sent within a second": (b"", 5.0),
    "100 bytes: the longest that does not kill it": (b"", 1.0),
    "101 bytes: the process aborts": (b"", 1.0),
    "more than 100 bytes of addresses: the process aborts": (
        b"".join(b"127.0.0.%d " % number for number in range(1, 7)),
        0.0,
    ),
}


def of(server: str) -> list[Case]:
    """The cases of one side."""
    return [case for case in CASES if case["server"] == server]


def sent(case: Case) -> bytes:
    """What the client sends."""
    return bytes.fromhex(case["sent_hex"])


def call(clock: HeapClock, case: Case, server: Protocol) -> AncestorClient:
    """Have ``server`` asked as the case says; time has not passed yet."""
    client = AncestorClient(sent(case))
    link = MemoryLink(clock)
    link.connect(client, server)
    if case.get("half_close"):
        link.client.loseWriteConnection()
    clock.advance(0)
    return client


def each(server: str) -> Callable[[type[SynchronousTestCase]], type[SynchronousTestCase]]:
    """Give a test case one test for each case of one side, made of its ``check``."""

    def generate(suite: Any) -> Any:
        for number, case in enumerate(of(server)):

            def test(self: Any, case: Case = case) -> None:
                self.check(case)

            words = "".join(letter if letter.isalnum() else " " for letter in case["case"]).split()
            test.__doc__ = case["case"]
            setattr(suite, f"test_{number:02d}_" + "_".join(words[:6]), test)
        return suite

    return generate


@each("central")
class OurCentralTests(SynchronousTestCase):
    """Our central, asked as the ancestor was."""

    def check(self, case: Case) -> None:
        """It gives the reply that the file promises, when it promises it."""
        clock = HeapClock()
        known: dict[str, list[Address]] = {}
        for name, ip in case["mapping"]:
            known.setdefault(name, []).append(Address(ip, 2050))
        client = call(clock, case, LookupFactory(FakeNode(clock, known=known)).buildProtocol(None))
        text, after = OURS[case["case"]]
        if after:
            clock.advance(after - 0.001)
            self.assertEqual(client.received, b"")
            clock.advance(0.001)
        self.assertEqual(client.received, text.ljust(100, b"\0"))
        self.assertEqual(client.ended, "clean")
        self.assertEqual(clock.getDelayedCalls(), [])
        # Our client understands it, and the ancestor dials nobody for nobody.
        outcome = parse_reply(sent(case).decode(), client.received)
        self.assertEqual(isinstance(outcome, AddressList), bool(text))
        self.assertEqual(client.first_address, text.split(b" ")[0])


@each("central")
class AncestorCentralTests(SynchronousTestCase):
    """Our client, answered as the ancestor answers; and the ancestor in these tests is like the real one."""

    def check(self, case: Case) -> None:
        """The reply is reproduced, and our client makes the right thing of it."""
        clock = HeapClock()
        newline = "ends in a newline" in case["case"]
        central = AncestorCentral(clock, [(name, ip) for name, ip in case["mapping"]], newline)
        client = call(clock, case, central)
        clock.advance(0.999)
        self.assertEqual(client.received, b"")
        clock.advance(0.001)
        reply = bytes.fromhex(case["reply_hex"])
        self.assertEqual((client.received, central.dead), (reply, case["closes"] == "server dies"))
        if not central.dead:
            name = sent(case).rstrip(b"\0").decode()
            listed = tuple(Address(ip, 2050) for known, ip in case["mapping"] if known == name)
            self.assertEqual(parse_reply(name, reply), AddressList(listed) if listed else Unknown())


@each("peer")
class OurPeerTests(SynchronousTestCase):
    """Our peer, asked as the ancestor was."""

    def check(self, case: Case) -> None:
        """Shared names at once and to a clean end; anything else is a reset, without a byte."""
        clock = HeapClock()
        node = FakeNode(clock, shared=FILES)
        client = call(clock, case, TransferFactory(node).buildProtocol(None))
        content = FILES.get(sent(case).decode())
        clock.advance(0 if content is not None else 1)
        self.assertEqual(client.received, content or b"")
        self.assertEqual(client.ended, "broken" if content is None else "clean")
        self.assertEqual((clock.getDelayedCalls(), node.lent), ([], 0))


@each("peer")
class AncestorPeerTests(SynchronousTestCase):
    """The ancestor in these tests is like the real one."""

    def check(self, case: Case) -> None:
        """The file after a second, or death."""
        clock = HeapClock()
        peer = AncestorPeer(clock, {name.encode(): content for name, content in FILES.items()})
        client = call(clock, case, peer)
        clock.advance(1)
        self.assertEqual(client.received, FILES.get(sent(case).decode(), b""))
        self.assertEqual(peer.dead, case["closes"] == "server dies")


class CoverageTests(SynchronousTestCase):
    """Nothing in the file is left out."""

    def test_every_case_has_its_expectation(self) -> None:
        """A new case needs a line here."""
        self.assertEqual({case["case"] for case in of("central")}, set(OURS))
        self.assertEqual({case["server"] for case in CASES}, {"central", "peer", "client"})

    def test_the_client_sends_the_bare_name(self) -> None:
        """Ours asks with the same bytes as the ancestor does."""
        (case,) = of("client")
        self.assertEqual(encode_name("small.bin"), sent(case))
