"""What a central keeps of a signed name.  A value."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "KnownAs"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A name of one publisher, or, without a key, the word that there is none any more.

    A catalogue has one for each ``(fold, publisher)``.  Times are unix milliseconds.
    """

    #: `content.folding.fold` of the name, and the public key that signed for it.
    fold: str
    publisher: bytes
    name: str
    #: The bytes of the stream's key; empty: the name was withdrawn.
    key: bytes
    #: Grows with every record of a publisher for a name; when it was signed, and until when it counts.
    seq: int
    signed_ms: int
    until_ms: int
    #: What it can be found by, its name included: folded, with blanks between.
    words: str
    #: The record as it was signed.
    raw: bytes
    #: It came from another central; never outranks what came first-hand.
    synced: bool = False
    #: The publisher whose place it takes over, by that one's own signature; empty: nobody's.
    heir_of: bytes = b""
    #: Set by the catalogue: the place among those of its name, by first acceptance, ...
    place: int = 0
    #: ... the number of the change that brought it, ...
    change: int = 0
    #: ... and whether it is the first of those that count.
    owns: bool = False


#: So much of an entry as is kept in memory, for each of a million: ``place``, ``fold``,
#: ``name``, ``key``, ``synced``.
KnownAs = tuple[int, str, str, bytes, bool]
