"""Where the headers of a film end and its pictures begin: pure."""

from __future__ import annotations

__all__ = ["Preamble"]

#: What stands before the first sample: MP4's ``mdat``, Matroska's first cluster.
MARKS = (b"mdat", b"\x1f\x43\xb6\x75")
LONGEST = max(map(len, MARKS))
#: A film whose headers are longer than this is taken to have none.
SEARCHED = 33_554_432


class Preamble:
    """Looks through the first bytes of a film, given in order, for the end of its headers.

    A mark that happens to stand in a header makes it end early: this is for
    estimates, not for parsing.
    """

    def __init__(self) -> None:
        #: Bytes of header; 0 until the end is found.
        self.length = 0
        self._seen = 0
        self._tail = b""

    @property
    def searching(self) -> bool:
        """Whether it still wants bytes."""
        return not self.length and self._seen < SEARCHED

    def look(self, chunk: bytes) -> None:
        """These bytes come next."""
        room = self._tail + chunk
        places = [place for mark in MARKS if (place := room.find(mark)) >= 0]
        if places:
            self.length = self._seen - len(self._tail) + min(places)
        self._seen += len(chunk)
        self._tail = room[-(LONGEST - 1) :]
