"""The protocol that docs/extending.rst explains, found and spoken as a stranger's would be."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import SourceLost
from p2pstream.interfaces import IStreamProtocol
from p2pstream.protocols.classic.plugin import protocol as classic
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode
from p2pstream.testing.wires.endpoints import MemoryEndpoint
from p2pstream.testing.wires.protocols import Stranger, StreamProtocolContract
from p2pstream.transport.ports.port import SniffedFactory
from tests.protocols.classic.ancestor import AncestorClient

FOLDER = Path(__file__).parents[2] / "examples" / "sized_protocol"

FIND = """
from p2pstream.protocols.registry import Registry
from p2pstream.testing.node import HeardEvents
heard = HeardEvents()
registry = Registry(heard)
print(*[protocol.name for protocol in registry.load()])
print(registry.get("sized").sniff(b"SIZED film.mp4").name, heard.heard)
"""


class SizedCase(SynchronousTestCase):
    """With the example's folder on the path."""

    def setUp(self) -> None:
        """Import it as Python would find it."""
        sys.path.insert(0, str(FOLDER))
        self.addCleanup(sys.path.remove, str(FOLDER))
        self.sized: Any = importlib.import_module("sized")


class ContractTests(StreamProtocolContract, SizedCase):
    """It keeps what every stream protocol must."""

    def speech(self) -> IStreamProtocol:
        """The example."""
        speech: IStreamProtocol = self.sized.protocol
        return speech

    def preface(self) -> bytes:
        """Its request."""
        return b"SIZED film.mp4\n"


class ExampleTests(SizedCase):
    """What the page says of it."""

    def test_it_fits_a_page(self) -> None:
        """Everything in under 60 lines, blank ones not counted."""
        files = [*FOLDER.glob("*.py")]
        lines = [line for path in files for line in path.read_text().splitlines() if line.strip()]
        self.assertLess(len(lines), 60)

    def test_found_in_another_folder(self) -> None:
        """A folder on the path with a plugin file in it is all that is needed."""
        path = f"{FOLDER}:{Path(__file__).parents[2]}"
        found = subprocess.run(
            [sys.executable, "-c", FIND], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
        )
        names, rest = found.stdout.split("\n", 1)
        self.assertLessEqual({"classic", "sized"}, set(names.split()))
        self.assertEqual(rest, "YES []\n")

    def test_through_the_sniffed_port(self) -> None:
        """It shares one port with classic, and each gets its own clients."""
        clock = HeapClock()
        node = FakeNode(clock, shared={"film.mp4": b"a film"})
        port = SniffedFactory([classic, self.sized.protocol], node)
        port.doStart()
        endpoint = MemoryEndpoint(clock, lambda: port.buildProtocol(None), segment=3)
        dialled = self.sized.protocol.connect(endpoint, StreamProtocolContract.want, node)
        consumer = CollectingConsumer()
        done = self.successResultOf(dialled).request(consumer)
        ancestor = AncestorClient(b"film.mp4")
        endpoint.dial(ancestor)
        clock.advance(5)
        self.assertEqual((self.successResultOf(done), bytes(consumer.collected)), (6, b"a film"))
        self.assertEqual((ancestor.received, ancestor.ended), (b"a film", "clean"))
        port.doStop()

    def test_a_short_film_is_told(self) -> None:
        """What classic cannot tell, it can: a clean end before the length is no end."""
        clock = HeapClock()
        server = Stranger()
        endpoint = MemoryEndpoint(clock, lambda: server)
        dialled = self.sized.protocol.connect(endpoint, StreamProtocolContract.want, FakeNode(clock))
        done = self.successResultOf(dialled).request(CollectingConsumer())
        server.transport.write((7).to_bytes(8, "big") + b"a film")
        clock.advance(0)
        server.transport.loseConnection()
        clock.advance(1)
        self.failureResultOf(done, SourceLost)
