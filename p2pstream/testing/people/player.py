"""What every player must do, whatever it shows films with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.data.memory import BufferData
from p2pstream.errors import NoSource, ReadStopped
from p2pstream.interfaces import IData, IPlayer
from p2pstream.testing.film import make_film

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["NeverData", "PlayerContract"]


@implementer(IData)
class NeverData:
    """Data of which ``known`` arrives, and then nothing until the test breaks it."""

    seekable = True

    def __init__(self, known: bytes = b"", length: int | None = None) -> None:
        self.known = known
        self.length = length
        self._reads: list[tuple[Deferred[int], IConsumer]] = []

    def read_to(self, consumer: IConsumer, start: int = 0, stop: int | None = None) -> Deferred[int]:
        """See `IData.read_to`."""
        reading: Deferred[int] = Deferred(lambda d: self._end(d, ReadStopped()))
        self._reads.append((reading, consumer))
        consumer.registerProducer(_Silence(reading), True)
        if self.known[start:]:
            consumer.write(self.known[start:])
        return reading

    def lose(self) -> None:
        """Fail whoever waits."""
        for reading, _ in list(self._reads):
            self._end(reading, NoSource("both peers are gone"))

    def _end(self, reading: Deferred[int], error: Exception) -> None:
        for entry in self._reads:
            if entry[0] is reading:
                self._reads.remove(entry)
                entry[1].unregisterProducer()
                reading.errback(error)
                return


@implementer(IPushProducer)
class _Silence:
    def __init__(self, reading: Deferred[int]) -> None:
        self._reading = reading

    def pauseProducing(self) -> None:
        pass

    def resumeProducing(self) -> None:
        pass

    def stopProducing(self) -> None:
        self._reading.cancel()


class PlayerContract(_Case):
    """The contract of `IPlayer`.  Runs on the real reactor: films take their time."""

    async def make_player(self) -> Any:
        """A player, not opened; the case stops what it has made."""
        raise NotImplementedError

    def film(self) -> bytes:
        """A film of one second, with sound."""
        path = Path(self.mktemp())
        make_film(path, 1, 320, 180)
        return path.read_bytes()

    async def opened(self) -> Any:
        """A player that is ready to play."""
        player = await self.make_player()
        self.addCleanup(player.stop)
        await player.open("film.mp4")
        return player

    async def test_provides_player(self) -> None:
        """The player has all that the interface promises."""
        player = await self.make_player()
        self.assertTrue(verifyObject(IPlayer, player))
        self.assertEqual((player.state.phase, player.state.first_frame_at), ("opening", None))
        await player.stop()

    async def test_plays_to_the_end(self) -> None:
        """The film ends by itself, and the last state says so."""
        player = await self.opened()
        state = await player.play(BufferData(self.film()))
        self.assertEqual((state.phase, state.ended), ("ended", "end"))
        self.assertEqual(player.state, state)
        self.assertIsNotNone(state.first_frame_at)

    async def test_stop_while_waiting(self) -> None:
        """A player that waits for its first byte stops at once; its film ends as stopped."""
        player = await self.opened()
        playing = player.play(NeverData())
        await player.stop()
        state = await playing
        self.assertEqual((state.phase, state.ended), ("stopped", ""))

    async def test_stop_midway(self) -> None:
        """A player whose film broke off before its end stops at once too."""
        film = self.film()
        player = await self.opened()
        playing = player.play(NeverData(film[: len(film) // 2], len(film)))
        await player.stop()
        self.assertEqual((await playing).phase, "stopped")

    async def test_stop_often(self) -> None:
        """Stopping is harmless before anything began, and as often as one likes."""
        player = await self.make_player()
        await player.stop()
        player = await self.opened()
        await player.stop()
        await player.stop()

    async def test_play_after_stop(self) -> None:
        """What is played after the stop is over at once."""
        player = await self.opened()
        await player.stop()
        self.assertEqual((await player.play(BufferData(self.film()))).phase, "stopped")

    async def test_data_that_fails(self) -> None:
        """A film whose sources are gone fails with what its data failed with."""
        player = await self.opened()
        data = NeverData(self.film()[:3000])
        playing = player.play(data)
        data.lose()
        await self.assertFailure(playing, NoSource)

    async def test_pause_early(self) -> None:
        """Pausing and seeking are harmless before, while and after a film is played."""
        player = await self.opened()
        player.pause(False)
        player.seek(1.0)
        playing = player.play(BufferData(self.film()))
        player.pause(True)
        player.pause(False)
        await playing
        player.pause(True)
        player.seek(0.0)
