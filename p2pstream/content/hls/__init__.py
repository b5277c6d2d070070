"""A broadcast in segments, for players of HTTP Live Streaming (RFC 8216).

Where segments begin is decided once, by whoever broadcasts, and signed with the slice in
which they do: so they have the same numbers and the same bytes at every peer, and a player
may go from one to another in the middle.

- `cutting`: where one is to begin
- `starts`: what a head says of it
- `segments`: those that are known here
- `playlist`: how they are told to players
"""

from p2pstream.content.hls.cutting import Boundary, Cutting
from p2pstream.content.hls.playlist import playlist
from p2pstream.content.hls.segments import MediaSegment, Segments
from p2pstream.content.hls.starts import SegmentStart

__all__ = ["Boundary", "Cutting", "MediaSegment", "SegmentStart", "Segments", "playlist"]
