"""What happens in a slot.  Loops over arrays, compiled where numba is there.

Chance is a word of 64 bits in an array of one (xorshift, Marsaglia 2003), so that a seed is a run.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.slots.compiling import compiled

__all__ = ["arrive", "churn", "earn", "give", "pull", "push"]

_ONE = np.uint64(1)
#: Of what a source can send, for those who ask; so many neighbours it has.
_KEPT, _NEAR = 0.15, 20
#: So many leaves one asks for in a slot.
_ASKS = 4
_GIVEN, _LIARS, _TWICE, _PULLED, _PUSHED = 0, 1, 2, 3, 4


@compiled
def draw(chance: Any, below: int) -> int:
    """A number from 0 up."""
    word = chance[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    chance[0] = word
    return int((word >> np.uint64(11)) % np.uint64(below))


@compiled
def lowest(word: Any) -> int:
    """The place of the lowest bit that is set; -1 of nothing."""
    for bit in range(64):
        if word >> np.uint64(bit) & _ONE:
            return bit
    return -1


@compiled
def chosen(word: Any, order: int, chance: Any) -> int:
    """One of the leaves of a word: the newest, the oldest, or any."""
    if order == 0:
        return int(lowest(word))
    if order == 1:
        for bit in range(63, -1, -1):
            if word >> np.uint64(bit) & _ONE:
                return int(bit)
    start = draw(chance, 64)
    for step in range(64):
        bit = (start + step) % 64
        if word >> np.uint64(bit) & _ONE:
            return bit
    return -1


@compiled
def arrive(have: Any, soon: Any, arriving: Any, spoilt: Any, here: Any, ages: Any) -> None:
    """A slot has passed: all leaves are older by one, and what was under way is there.

    :param ages: how many leaves came at each age.
    """
    for peer in range(len(have)):
        came, bad = arriving[0, peer], spoilt[0, peer]
        for later in range(len(arriving) - 1):
            arriving[later, peer] = arriving[later + 1, peer] << _ONE
            spoilt[later, peer] = spoilt[later + 1, peer] << _ONE
        arriving[-1, peer] = spoilt[-1, peer] = np.uint64(0)
        came, bad = came << _ONE, bad << _ONE
        owned = have[peer] << _ONE
        soon[peer] = soon[peer] << _ONE & ~(came | bad)
        here[peer] = min(here[peer] + 1, 64)
        fresh = came & ~owned
        have[peer] = owned | fresh
        while fresh:
            bit = lowest(fresh)
            fresh &= fresh - _ONE
            if bit < here[peer]:
                ages[bit] += 1


@compiled
def send(
    giver: int, taker: int, bit: int, liars: int, soon: Any, have: Any, arriving: Any, spoilt: Any, told: Any
) -> bool:
    """A leaf goes on its way; False: it is not what it should be, and its giver a liar."""
    mark = _ONE << np.uint64(bit)
    if (have[taker] | arriving[-1, taker] | soon[taker]) & mark:
        told[_TWICE] += 1
    soon[taker] |= mark
    told[_GIVEN] += 1
    if giver < liars:
        told[_LIARS] += 1
        spoilt[-1, taker] |= mark
        return False
    arriving[-1, taker] |= mark
    return True


@compiled
def give(
    source: float, spare: Any, have: Any, soon: Any, arriving: Any, uplinks: Any, chance: Any
) -> None:  # fmt: skip
    """The source sends the newest leaf to so many, first to those who give on; some is left for asks."""
    spare[0] = min(spare[0] + source, 2 * source)
    while spare[0] >= 1 + _KEPT * source:
        spare[0] -= 1
        for again in range(8):
            taker = draw(chance, len(have))
            able = uplinks[taker] >= 1 or again == 7
            if able and not soon[taker] & _ONE:
                soon[taker] |= _ONE
                arriving[-1, taker] |= _ONE
                break


@compiled
def earn(uplinks: Any, credit: Any) -> None:
    """What each may send in this slot; a leaf of what was not used is kept."""
    for peer in range(len(credit)):
        credit[peer] = min(credit[peer] + uplinks[peer], max(uplinks[peer], 1.0) + 1)


@compiled
def push(
    liars: int, order: int, told_soon: bool, neighbours: Any, have: Any, soon: Any, arriving: Any,
    spoilt: Any, uplinks: Any, credit: Any, chance: Any, told: Any,
) -> None:  # fmt: skip
    """Whoever has something to spare sends a neighbour what it lacks, in an order of chance."""
    peers = len(neighbours)
    start, stride = draw(chance, peers), 2 * draw(chance, peers) + 1
    while gcd(stride, peers) != 1:
        stride += 2
    for turn in range(peers):
        giver = (start + turn * stride) % peers
        while credit[giver] >= 1:
            place = needy(giver, liars, told_soon, neighbours, have, soon, uplinks, chance)
            if place < 0:
                break
            taker = neighbours[giver, place]
            bit = chosen(useful(giver, taker, liars, told_soon, have, soon), order, chance)
            credit[giver] -= 1
            told[_PUSHED] += 1
            if not send(giver, taker, bit, liars, soon, have, arriving, spoilt, told):
                # That one knows now, and is no neighbour any more.
                neighbours[giver, place] = giver


@compiled
def needy(
    giver: int, liars: int, told_soon: bool, neighbours: Any, have: Any, soon: Any, uplinks: Any, chance: Any
) -> int:
    """The place of a neighbour that lacks something, first of those who give on; -1 without any."""
    degree, found = neighbours.shape[1], -1
    first = draw(chance, degree)
    for step in range(degree):
        place = (first + step) % degree
        taker = neighbours[giver, place]
        if taker < liars or taker == giver or not useful(giver, taker, liars, told_soon, have, soon):
            continue
        if uplinks[taker] > 0:
            return int(place)
        found = place if found < 0 else found
    return found


@compiled
def useful(giver: int, taker: int, liars: int, told_soon: bool, have: Any, soon: Any) -> Any:
    """What one has, or says it has, and another lacks."""
    lacks = ~have[taker] & ~(soon[taker] if told_soon else np.uint64(0))
    # Who lies has, it says, the newest seven, but for the very last.
    return lacks & (np.uint64(0xFE) if giver < liars else have[giver])


@compiled
def gcd(one: int, other: int) -> int:
    """The greatest common divisor."""
    while other:
        one, other = other, one % other
    return one


@compiled
def pull(
    liars: int, after: int, delay: int, made: Any, neighbours: Any, have: Any, soon: Any, arriving: Any,
    spoilt: Any, credit: Any, here: Any, spare: Any, chance: Any, told: Any,
) -> None:  # fmt: skip
    """Each asks for what is old and not on its way, the most urgent first, of a neighbour with room.

    Some know the source.
    """
    for taker in range(liars, len(have)):
        wanted, asked = ~have[taker] & ~soon[taker], 0
        if taker >= liars + _NEAR:
            wanted &= around(taker, liars, neighbours, have)
        for bit in range(min(delay, here[taker] - 1), after - 1, -1):
            if not made[bit] or not wanted >> np.uint64(bit) & _ONE:
                continue
            asked += 1
            if asked > _ASKS:
                break
            if taker < liars + _NEAR and spare[0] >= 1:
                spare[0] -= 1
                told[_PULLED] += 1
                send(liars, taker, bit, liars, soon, have, arriving, spoilt, told)
                continue
            giver = holder(taker, bit, liars, neighbours, have, credit, chance)
            if giver >= 0:
                credit[giver] -= 1
                told[_PULLED] += 1
                send(giver, taker, bit, liars, soon, have, arriving, spoilt, told)


@compiled
def around(taker: int, liars: int, neighbours: Any, have: Any) -> Any:
    """What its neighbours have."""
    found = np.uint64(0)
    for step in range(neighbours.shape[1]):
        giver = neighbours[taker, step]
        if giver != taker and giver >= liars:
            found |= have[giver]
    return found


@compiled
def holder(taker: int, bit: int, liars: int, neighbours: Any, have: Any, credit: Any, chance: Any) -> int:
    """A neighbour that has a leaf, and room; -1 without any."""
    degree = neighbours.shape[1]
    first = draw(chance, degree)
    for step in range(degree):
        giver = neighbours[taker, (first + step) % degree]
        able = giver != taker and giver >= liars and credit[giver] >= 1
        if able and have[giver] >> np.uint64(bit) & _ONE:
            return int(giver)
    return -1


@compiled
def churn(part: float, have: Any, soon: Any, arriving: Any, here: Any, chance: Any) -> None:
    """So many go without a word, and others come in their places, with nothing."""
    scale = 1 << 30
    for peer in range(len(have)):
        if draw(chance, scale) < part * scale:
            have[peer] = soon[peer] = np.uint64(0)
            arriving[:, peer] = np.uint64(0)
            here[peer] = 0
