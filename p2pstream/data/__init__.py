"""Bytes: what can be read, what can be filled, and the disk beneath.

``FileData(path, READ)`` and ``FileData(path, WRITE)`` are files, `BufferData` is
memory, and `PartialData` is read on one side while the network fills the other.
Importing this package registers its adapters.  Imports ``content`` and what lies below.

Start at `reading`, the one push producer behind everything that is read.

- `disk`, `state`: what may be opened, and the private folder
- `store`, `live`: streams by key, and broadcasts, as they lie there
- `hashing`, `hasher`, `trees`: from bytes to proofs, and where those are kept
- `workers`: threads for what may block
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
