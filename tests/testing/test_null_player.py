from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.data.memory import BufferData
from p2pstream.testing.people.null_player import NullPlayer
from p2pstream.testing.people.player import PlayerContract


class NullPlayerTests(PlayerContract, TestCase):
    async def make_player(self) -> Any:
        """See `PlayerContract`."""
        return NullPlayer(reactor)  # type: ignore[arg-type]

    def film(self) -> bytes:
        """See `PlayerContract`."""
        return b"film" * 5000

    async def test_counts(self) -> None:
        """Every byte is read, and none kept."""
        player = await self.opened()
        await player.play(BufferData(b"film" * 5000))
        self.assertEqual(player.count, 20_000)

    async def test_pause_holds_the_stream(self) -> None:
        """While paused nothing is read."""
        player = await self.opened()
        player.pause(True)
        playing = player.play(BufferData(b"film" * 500_000))
        self.assertEqual((player.count, player.state.phase), (0, "paused"))
        player.pause(False)
        await playing
        self.assertEqual(player.count, 2_000_000)
