"""Bytes: what can be read, what can be filled, and the disk beneath.

``FileData(path, READ)`` and ``FileData(path, WRITE)`` are files, `BufferData` is
memory, and `PartialData` is read on one side while the network fills the other.
Importing this package registers its adapters.  Imports ``content`` and what lies below.

Start at `reading`, the one push producer behind everything that is read, and at `writing`, which
takes what is received to a file.

- `file`, `memory`, `partial`, `shared_stream`: what can be read or filled; `adapters`: what becomes that
- `arriving`, and in it `waiting`, `cursors`, `observers`: readers of what still comes; `filling`, `fillers`:
  what comes; `inflow`, `gathered`: what is held between
- `disk`, `state`: what may be opened, and the private folder; `secret`: what people name
- `store`, `live`: streams by key, and broadcasts, as they lie there
- `hashing`, `hasher`: from bytes to proofs; `hash_cache`, `trees`: where those are kept
- `workers`: threads for what may block; `turns`: one of them at a time
"""

from p2pstream.data import adapters
from p2pstream.data.file import READ, WRITE, FileData
from p2pstream.data.memory import BufferData, MemoryFile
from p2pstream.data.partial import PartialData
from p2pstream.data.workers import ThreadWorkers

__all__ = [
    "READ",
    "WRITE",
    "BufferData",
    "FileData",
    "MemoryFile",
    "PartialData",
    "ThreadWorkers",
    "adapters",
]
