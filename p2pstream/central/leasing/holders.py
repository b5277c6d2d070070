"""Who holds what, packed: a million leases in some 200 MB.  Pure.

Most keys have one holder; a dictionary for each of those would be half of all memory.
So a key's holders are one number for a single holder, and a `Swarm` for more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

__all__ = ["Holders", "due", "have", "lease"]

_HAVE_BITS = 8
# Enough for a clock that began in 1970, too.
_DUE_BITS = 32
_PEER_SHIFT = _HAVE_BITS + _DUE_BITS
_LEASE = (1 << _PEER_SHIFT) - 1
_ALL = 255
#: Into so many parts the keys are divided, so that no step, not even a dictionary that
#: grows, takes as long as all of them.  A key's part is a secret of this run, so nobody
#: can choose keys that fill one part.
_PARTS = 256


def lease(due_s: int, had: int) -> int:
    """A lease until ``due_s``, in whole seconds, of a peer that has so many 255ths."""
    return due_s << _HAVE_BITS | had


def due(packed: int) -> int:
    """When it ends, in whole seconds."""
    return packed >> _HAVE_BITS


def have(packed: int) -> int:
    """How many 255ths."""
    return packed & _ALL


class Swarm(dict[int, int]):
    """The leases of one key by the number of the peer."""

    __slots__ = ("seeds",)

    def __init__(self) -> None:
        super().__init__()
        #: How many have everything.
        self.seeds = 0


class Holders:
    """For each key its holders, by their numbers, and their leases."""

    def __init__(self) -> None:
        self._parts: list[dict[bytes, int | Swarm]] = [{} for _ in range(_PARTS)]
        #: How many leases there are.
        self.count = 0

    def __contains__(self, key: object) -> bool:
        return isinstance(key, bytes) and key in self._part(key)

    def __iter__(self) -> Iterator[bytes]:
        """All keys; they may change meanwhile."""
        for part in self._parts:
            yield from list(part)

    def __len__(self) -> int:
        """How many keys somebody has."""
        return sum(map(len, self._parts))

    def get(self, key: bytes, peer: int) -> int | None:
        """A peer's lease of a key."""
        found = self._parts[hash(key) % _PARTS].get(key)
        if isinstance(found, int):
            return found & _LEASE if found >> _PEER_SHIFT == peer else None
        return found.get(peer) if found is not None else None

    def put(self, key: bytes, peer: int, packed: int) -> None:
        """A lease of one who has none of that key."""
        self.count += 1
        part = self._part(key)
        found = part.get(key)
        if found is None:
            part[key] = peer << _PEER_SHIFT | packed
            return
        swarm = found if isinstance(found, Swarm) else self._shared(key, found)
        swarm[peer] = packed
        swarm.seeds += packed & _ALL == _ALL

    def renew(self, key: bytes, peer: int, packed: int) -> int | None:
        """Lease anew; the lease that there was, or None, and then there is none now."""
        part = self._parts[hash(key) % _PARTS]
        found = part.get(key)
        if isinstance(found, int):
            if found >> _PEER_SHIFT != peer:
                return None
            part[key] = peer << _PEER_SHIFT | packed
            return found & _LEASE
        old = found.get(peer) if found is not None else None
        if found is not None and old is not None:
            found[peer] = packed
            found.seeds += (packed & _ALL == _ALL) - (old & _ALL == _ALL)
        return old

    def drop(self, key: bytes, peer: int) -> bool:
        """End a lease; whether there was one."""
        found = self._part(key).get(key)
        if self.get(key, peer) is None:
            return False
        self.count -= 1
        if isinstance(found, Swarm) and len(found) > 1:
            found.seeds -= found.pop(peer) & _ALL == _ALL
        else:
            del self._part(key)[key]
        return True

    def of(self, key: bytes) -> Iterator[tuple[int, int]]:
        """Each holder's number and lease."""
        found = self._part(key).get(key)
        if isinstance(found, int):
            yield found >> _PEER_SHIFT, found & _LEASE
        elif found is not None:
            yield from found.items()

    def some(self, key: bytes, most: int, random: Random) -> list[tuple[int, int]]:
        """As `of`, but no more than ``most``, drawn by chance, and a seed more if those had none."""
        found = self._part(key).get(key)
        if not isinstance(found, Swarm) or len(found) <= most:
            return list(self.of(key))
        drawn = [(number, found[number]) for number in random.sample(list(found), most)]
        if found.seeds and not any(packed & _ALL == _ALL for _, packed in drawn):
            drawn.append(next(entry for entry in found.items() if entry[1] & _ALL == _ALL))
        return drawn

    def counts(self, key: bytes) -> tuple[int, int]:
        """How many have everything of it, and how many have anything."""
        found = self._part(key).get(key)
        if isinstance(found, int):
            return int(found & _ALL == _ALL), 1
        return (found.seeds, len(found)) if found is not None else (0, 0)

    def _part(self, key: bytes) -> dict[bytes, int | Swarm]:
        return self._parts[hash(key) % _PARTS]

    def _shared(self, key: bytes, found: int) -> Swarm:
        """Room for others beside the one who has it alone."""
        swarm = self._part(key)[key] = Swarm()
        swarm[found >> _PEER_SHIFT] = found & _LEASE
        swarm.seeds = int(found & _ALL == _ALL)
        return swarm
