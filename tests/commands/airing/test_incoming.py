"""What comes in for a broadcast, and what is told when it stops."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from twisted.internet.defer import CancelledError
from twisted.trial.unittest import TestCase

from p2pstream.commands.airing.incoming import Inputs
from p2pstream.settings import LiveSettings
from p2pstream.testing.live.live_parts import FedBroadcast
from p2pstream.testing.node import FakeNode
from p2pstream.testing.state.disks import MemoryDisk
from tests.commands.airing.ports import Ports
from tests.protocols.mpegts.test_plain import SEVEN


class InputsTests(TestCase):
    """In memory."""

    async def test_over_while_datagrams_come(self) -> None:
        """Who ends the broadcast is not told that it waits for whoever was publishing."""
        ports = Ports()
        node: Any = FakeNode(ports)
        settings = replace(LiveSettings(), listen=True, listen_port=0)
        inputs = Inputs("show", None, settings, node.events)
        broadcast = FedBroadcast()
        await inputs.prepare(ports, node, MemoryDisk(), broadcast)
        async with AsyncExitStack() as still:
            inputs.begin(still)
            number = int(node.events.named("live_plain")[0]["address"].rpartition(":")[2])
            ports.udp[number].datagramReceived(SEVEN, ("127.0.0.1", 5004))
            self.assertTrue(broadcast.puts)
            inputs.over.cancel()
        self.failureResultOf(inputs.over, CancelledError)
        self.assertEqual(node.events.named("live_paused"), [])
        self.assertEqual(len(node.events.named("live_publisher")), 1)
