"""The central family as a plugin."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from p2pstream.content.sniff import Sniff
from p2pstream.content.wants import Sources
from p2pstream.errors import SessionError
from p2pstream.interfaces import IStreamProtocol
from p2pstream.protocols.central.plugin import protocol
from p2pstream.protocols.link.framing import DIALLER_MAGIC
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode


class PluginTests(SynchronousTestCase):
    def test_it_is_one(self) -> None:
        """It provides the interface, under its name."""
        verifyObject(IStreamProtocol, protocol)
        self.assertEqual((protocol.name, protocol.alpn, protocol.fallback), ("central", "p2ps/1", False))

    def test_sniff(self) -> None:
        """The magic, and what may become it."""
        for length in range(len(DIALLER_MAGIC)):
            self.assertIs(protocol.sniff(DIALLER_MAGIC[:length]), Sniff.MORE)
        self.assertIs(protocol.sniff(DIALLER_MAGIC + b"x"), Sniff.YES)
        self.assertIs(protocol.sniff(b"film"), Sniff.NO)

    def test_only_a_central_serves(self) -> None:
        """Elsewhere there is nothing to serve, and nobody is asked through it."""
        node = FakeNode(HeapClock())
        self.assertIsNone(protocol.server_factory(node))
        self.assertRaises(SessionError, protocol.client_factory, node, Sources("film"))
