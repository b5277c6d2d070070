"""Packets of 188 bytes, found again after whatever is none."""

from __future__ import annotations

__all__ = [
    "ADAPTATION",
    "BEGINS",
    "CONTENT",
    "PACKET",
    "SURE_BYTES",
    "SYNC",
    "Packets",
    "is_transport_stream",
    "pid_at",
]

#: Bytes of a packet (2.4.3.2).
PACKET = 188
#: What each begins with.
SYNC = b"\x47"
#: Of a packet's second byte: something begins in it; of its fourth, what stands behind the header.
BEGINS, ADAPTATION, CONTENT = 0x40, 0x20, 0x10
#: So many packets in a row are not there by chance: one byte in 16 million places.
_SURE = 3
#: From so many bytes on it can be seen whether they are packets.
SURE_BYTES = PACKET * (_SURE - 1) + 1


def is_transport_stream(begin: bytes) -> bool:
    """Whether bytes are whole packets from the first on.

    :param begin: the first bytes of something, `SURE_BYTES` at least; fewer are none.
    """
    return len(begin) >= SURE_BYTES and begin[:SURE_BYTES:PACKET] == SYNC * _SURE


def pid_at(raw: bytes, at: int) -> int:
    """The number of the packets of one kind (PID), as it stands in a packet from byte 1 on, and in tables."""
    return int.from_bytes(raw[at : at + 2], "big") & 0x1FFF


class Packets:
    """Cuts a stream into packets; holds less than three of them back."""

    def __init__(self) -> None:
        #: How many bytes were dropped because they belong to no packet.
        self.skipped = 0
        self._rest = b""
        self._in_step = False

    def feed(self, received: bytes) -> bytes:
        """Whole packets, one behind the other; perhaps none yet."""
        pending = self._rest + received
        whole: list[bytes] = []
        place = 0
        while True:
            if not self._in_step:
                found = _find(pending, place)
                self.skipped += found - place
                place = found
                if len(pending) - place < SURE_BYTES:
                    break
                self._in_step = True
            stop = place + _run(pending, place)
            whole.append(pending[place:stop])
            place = stop
            if len(pending) - place < PACKET and pending[place : place + 1] in (b"", SYNC):
                break
            self._in_step = False
        self._rest = pending[place:]
        return b"".join(whole)


def _run(pending: bytes, place: int) -> int:
    """How many bytes from there on are packets in step."""
    marks = pending[place : max(place, len(pending) - PACKET + 1) : PACKET]
    if marks == SYNC * len(marks):
        return len(marks) * PACKET
    return (len(marks) - len(marks.lstrip(SYNC))) * PACKET


def _find(pending: bytes, place: int) -> int:
    """The first place from there on at which packets may begin, as far as it is to be seen."""
    while (place := pending.find(SYNC, place)) >= 0:
        marks = pending[place : place + SURE_BYTES : PACKET]
        if marks == SYNC * len(marks):
            return place
        place += 1
    return len(pending)
