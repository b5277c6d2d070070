"""Streams by key, on a disk, whole or in part; what is here has been proven.

A stream is four files, five if it is our own (`places`): its bytes, sparse; its tree (`nodes`), proven again
from the root whenever it is opened; its claims, the one file that is replaced and never
written over, which says which units were durable at the last checkpoint; and a byte for
each unit that was written since, which is believed only once the unit was hashed again.

So a process that is killed loses nothing; a power cut loses what came after the last
checkpoint; and whatever a failing disk changes is found before it is served or shown.

Start at `store`, which streams are open and who has to make room, and `stream`, one of them.
"""

from p2pstream.data.store.store import Store
from p2pstream.data.store.stream import StoredStream

__all__ = ["Store", "StoredStream"]
