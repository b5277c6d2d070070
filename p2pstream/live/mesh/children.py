"""To whom sub-streams are given: as many as the uplink carries, first to those who give on.  Pure."""

from __future__ import annotations

from p2pstream.content.units import LEAF
from p2pstream.limits import Limits
from p2pstream.live.mesh.neighbours import SUBSTREAMS, Neighbour, bits

__all__ = ["Children"]

#: Of what is left of an uplink.
_SURE = 0.8
#: Sub-streams that a source gives to one neighbour, if it has any to give.
_LEAST = 4


class Children:
    """What we push to whom.

    :param uplink: bits a second that we can send; None: nobody said, and so many copies are given.
    :param even: nobody else has the leaves: each sub-stream is given as often as the others.
    """

    def __init__(
        self, uplink: float | None, neighbours: dict[int, Neighbour], even: bool, limits: Limits
    ) -> None:
        self.uplink = uplink
        self._even = even
        self._neighbours = neighbours
        self._limits = limits
        self._copies = limits.live_source_copies if even else limits.live_copies
        #: Bits a second of the broadcast.
        self.rate = 0.0
        # Leaves that may be sent to those who ask, and until when they were counted.
        self._spare: float = limits.live_spare_leaves
        self._counted = 0.0

    @property
    def most(self) -> int:
        """How many sub-streams may be given, counted with each who has them."""
        copies = self.uplink / self.rate if self.uplink is not None and self.rate else self._copies
        return int(self._limits.live_uplink_part * copies * SUBSTREAMS)

    @property
    def given(self) -> int:
        """How many are."""
        return sum(other.takes.bit_count() for other in self._neighbours.values())

    def give(self, who: Neighbour, mask: int) -> tuple[int, list[tuple[Neighbour, int]]]:
        """As much of what it asks for as there is room for; and from whom something is taken for it."""
        granted, taken = 0, list[tuple[Neighbour, int]]()
        most = -(-self.most // SUBSTREAMS) if self._even else self._limits.live_fan_out
        for stream in sorted(bits(mask & ~who.takes), key=self._fan_out):
            if self._even and self._held(who) >= self._share:
                break
            crowded = self._fan_out(stream) >= most
            if crowded or self.given >= self.most:
                lost = (
                    self._idler(who, 1 << stream if crowded else -1)
                    or self._richer(who, stream)
                    or self._spread(stream)
                )
                if lost is None:
                    continue
                lost[0].takes &= ~lost[1]
                taken.append(lost)
            who.takes |= 1 << stream
            granted |= 1 << stream
        return granted, taken

    @property
    def _share(self) -> int:
        """How many of a source's sub-streams one neighbour has: twice its part, for some ask for none.

        Whoever takes them and gives nothing on, or something false, has no more of them than that.
        """
        return self._part(2)

    def _part(self, times: int = 1) -> int:
        """So many times what each host has where all have as much."""
        hosts = {each.host or each.peer for each in self._neighbours.values()}
        return max(-(-times * self.most // max(len(hosts), 1)), _LEAST)

    def _held(self, who: Neighbour) -> int:
        """How many are given to its host, under whatever names."""
        if not who.host:
            return who.takes.bit_count()
        same = (each for each in self._neighbours.values() if each.host == who.host)
        return sum(each.takes.bit_count() for each in same)

    def spare(self, now: float) -> bool:
        """Whether there is room for a leaf that somebody asked for, beside what was promised; it is taken."""
        free = self._capacity - self.given * self.rate / SUBSTREAMS
        # What is said of an uplink is not exact, and what waits behind asks is late for all.
        earned = max(free, 0.0) * _SURE / 8 / LEAF * (now - self._counted)
        self._spare, self._counted = min(self._spare + earned, self._limits.live_spare_leaves), now
        if self._spare < 1:
            return False
        self._spare -= 1
        return True

    @property
    def _capacity(self) -> float:
        """Bits a second that may be sent in all."""
        if self.uplink is not None:
            return self.uplink
        # Who joins wants seconds of it at once, also of what has few bits.
        return max(self._copies * (self.rate or LEAF * 8 * SUBSTREAMS), self._limits.live_uplink)

    def of(self, stream: int) -> list[Neighbour]:
        """Who is given a sub-stream."""
        return [other for other in self._neighbours.values() if other.takes >> stream & 1]

    def _fan_out(self, stream: int) -> int:
        return sum(1 for other in self._neighbours.values() if other.takes >> stream & 1)

    def _idler(self, who: Neighbour, mask: int) -> tuple[Neighbour, int] | None:
        """What somebody has of us who gives nothing on, and is in the way of one who does."""
        if who.uplink < self.rate or not self.rate:
            return None
        idle = [each for each in self._neighbours.values() if each.takes & mask and not each.uplink]
        if not idle:
            return None
        loser = min(idle, key=lambda each: each.peer)
        lost = loser.takes & mask
        return loser, lost & -lost

    def _richer(self, who: Neighbour, stream: int) -> tuple[Neighbour, int] | None:
        """A source's sub-stream that a host has beyond its part, where ``who`` has less than that.

        Nobody can prove to a source that it gives anything on: who came first is not better.
        """
        part = self._part()
        if not self._even or self._held(who) >= part:
            return None
        rich = [each for each in self.of(stream) if self._held(each) > part]
        return (max(rich, key=self._held), 1 << stream) if rich else None

    def _spread(self, stream: int) -> tuple[Neighbour, int] | None:
        """Where a sub-stream is given to nobody, one that is given to many makes room for it."""
        if self._fan_out(stream):
            return None
        common = max(range(SUBSTREAMS), key=self._fan_out)
        if self._fan_out(common) < 2:
            return None
        return self.of(common)[-1], 1 << common
