"""How the bytes of a stream are cut up (BEP 52), and how long a hash is."""

from __future__ import annotations

__all__ = ["HASH_BYTES", "LEAF", "UNIT", "ZERO_HASH"]

#: Bytes of a leaf, of which trees of hashes are made.
LEAF = 16384
#: Bytes of a unit, which is what is asked for, proven, kept and given up.
UNIT = 65536
HASH_BYTES = 32

#: What stands for a leaf beyond the end of a file, and for the root of an empty one.
ZERO_HASH = bytes(HASH_BYTES)
