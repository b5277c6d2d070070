"""MPEG transport streams (ISO/IEC 13818-1): where one may begin to watch, and what time it is there.

Nothing is decoded and nothing is changed, except that the tables which name the streams
stand again before each place to begin at: who joins there needs nothing from before.
"""

from __future__ import annotations

from p2pstream.content.mpegts.packets import PACKET, SURE_BYTES, SYNC, Packets, is_transport_stream
from p2pstream.content.mpegts.program import Elementary, Program
from p2pstream.content.mpegts.stream import Stretch, TransportStream

__all__ = [
    "PACKET",
    "SURE_BYTES",
    "SYNC",
    "Elementary",
    "Packets",
    "Program",
    "Stretch",
    "TransportStream",
    "is_transport_stream",
]
