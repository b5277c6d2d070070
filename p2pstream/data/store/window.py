"""Which units of a stream are kept, and fetched, where there is no room for all.  No disk is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from p2pstream.content.ranges import Ranges
from p2pstream.values import value

__all__ = ["KeptWindow"]


@value
class KeptWindow:
    """Around the readers of one stream; numbers of units.

    :param wanted: those that are to be here, from each reader on.
    :param kept: with those that stay behind a reader, for short jumps back.
    """

    wanted: Ranges
    kept: Ranges

    @staticmethod
    @lru_cache(64)
    def whole(units: int) -> KeptWindow:
        """There is room for all of them; looked at for each run that comes, so it is made once."""
        every = Ranges([(0, units)])
        return KeptWindow(every, every)

    @classmethod
    def around(cls, units: int, readers: Sequence[int], room: int, behind: int) -> KeptWindow:
        """For readers who are at these units; without any, for one who is about to begin.

        Readers who are close to each other have one part of the room, and each cluster the same.

        :param units: how many the stream has.
        :param room: how many may be kept, in all.
        :param behind: how many of them behind a cluster, at most a quarter of its part.
        """
        clusters = _clusters(sorted(min(reader, units) for reader in readers) or [0], room // 4)
        part = room // len(clusters)
        back = min(behind, part // 4)
        # Whoever is last in a cluster has the unit that it waits for, however small the part.
        ends = [(first, min(max(first + part - back, last + 1), units)) for first, last in clusters]
        return cls(Ranges(ends), Ranges((max(0, first - back), stop) for first, stop in ends))

    def spare(self, own: Ranges, count: int) -> Ranges:
        """Up to ``count`` of these that are not kept: what was passed first, then what is farthest ahead."""
        found, passed = [], self.wanted.first_present(0) or 0
        loose = [gap for start, stop in own for gap in self.kept.missing(start, stop)]
        for start, stop in [gap for gap in loose if gap[0] < passed] + [
            gap for gap in reversed(loose) if gap[0] >= passed
        ]:
            start, stop = (
                (start, min(stop, start + count)) if start < passed else (max(start, stop - count), stop)
            )
            count -= stop - start
            found.append((start, stop))
        return Ranges(found)


def _clusters(readers: Sequence[int], gap: int) -> list[tuple[int, int]]:
    """The first and the last of those who follow each other no farther apart."""
    clusters = [(readers[0], readers[0])]
    for reader in readers[1:]:
        first, last = clusters[-1]
        if reader - last <= gap:
            clusters[-1] = first, reader
        else:
            clusters.append((reader, reader))
    return clusters
