"""A source of a broadcast that plays, fed with pictures that are none, on a stepped clock."""

from __future__ import annotations

from typing import Any

from p2pstream.content.hls import Segments
from p2pstream.content.signed.heads import Head
from p2pstream.data.live import LiveData
from p2pstream.live.broadcast import Broadcast
from p2pstream.live.reopening import reopen
from p2pstream.testing.state.disks import MemoryDisk
from p2pstream.testing.workers import InlineWorkers
from tests.content.broadcasts import CHANNEL, KEY

#: When its clock begins.
NOW_S = 1_800_000_000


class Aired:
    """A source on a disk, fed 25 pictures a second; each second one may begin to watch."""

    def __init__(self, disk: MemoryDisk, clock: Any) -> None:
        self.clock = clock
        self.data = LiveData(KEY, disk, InlineWorkers(), 600)
        found: list[Any] = []
        reopen(self.data, disk, InlineWorkers()).addCallback(found.append)
        self.source = Broadcast(
            CHANNEL, self.data, clock, InlineWorkers(), self.wall_ms, 1000, found[0][0], found[0][1]
        )
        self.source.begin()
        self.pictures = 0

    def wall_ms(self) -> int:
        """Its clock."""
        return NOW_S * 1000 + round(self.clock.seconds() * 1000)

    def feed(self, seconds: float, broken: bool = False) -> None:
        """So much more; 3.76 kB a picture, whole packets."""
        for _ in range(round(seconds * 25)):
            picture = b"\x47" + self.pictures.to_bytes(3, "big") * 62 + b"\0"
            self.source.put(picture * 20, self.pictures % 25 == 0, broken, clock_s=self.pictures / 25)
            self.pictures, broken = self.pictures + 1, False
            self.clock.advance(0.04)

    def heads(self) -> list[Head]:
        """All that it signed."""
        return self.source.lineage.newest(10_000)


def everything(start: int, stop: int) -> bool:
    """It is here."""
    return True


def told(segments: Segments) -> list[tuple[str, int, int]]:
    """What players are told of them."""
    return [(each.name, each.lasted_ms, each.breaks) for each in segments.row(everything)]
