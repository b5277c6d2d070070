"""Where the headers of a film end and its pictures begin.  Pure."""

from __future__ import annotations

from p2pstream.limits import LIMITS, Limits

__all__ = ["FilmCount", "Preamble"]

#: What stands before the first sample: MP4's ``mdat``, Matroska's first cluster.
MARKS = (b"mdat", b"\x1f\x43\xb6\x75")
LONGEST = max(map(len, MARKS))


class Preamble:
    """Looks through the first bytes of a film, given in order, for the end of its headers.

    A mark that happens to stand in a header makes it end early: this is for
    estimates, not for parsing.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        #: Bytes of header; 0 until the end is found.
        self.length = 0
        self._searched = limits.preamble_bytes
        self._seen = 0
        self._tail = b""

    @property
    def searching(self) -> bool:
        """Whether it still wants bytes."""
        return not self.length and self._seen < self._searched

    def look(self, chunk: bytes) -> None:
        """These bytes come next."""
        room = self._tail + chunk
        places = [place for mark in MARKS if (place := room.find(mark)) >= 0]
        if places:
            self.length = self._seen - len(self._tail) + min(places)
        self._seen += len(chunk)
        self._tail = room[-(LONGEST - 1) :]


class FilmCount:
    """How many bytes were taken of a film since the last jump, those of its headers left out."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self.jump(0)

    def jump(self, position: int) -> None:
        """What is taken from now on stands at ``position``."""
        self.count = 0
        # Headers stand in front, and only who reads on from there sees where they end.
        self._preamble = None if position else Preamble(self._limits)

    def add(self, taken: memoryview) -> None:
        """These bytes come next."""
        self.count += len(taken)
        if self._preamble is not None and self._preamble.searching:
            self._preamble.look(bytes(taken))
            self.count -= self._preamble.length
