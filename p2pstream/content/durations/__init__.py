"""How long a film is, from what its container says of that: for who has nothing that opens films.  Pure.

Nothing is decoded, and little is read: who reads a container asks for parts of the file and is
sent them.
"""

from __future__ import annotations

from p2pstream.content.durations.asking import Asking
from p2pstream.content.durations.containers import duration_of

__all__ = ["Asking", "duration_of"]
