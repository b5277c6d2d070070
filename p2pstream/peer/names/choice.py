"""Which of the streams of one name is taken, and from whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from p2pstream.content.addresses import Address
from p2pstream.content.keys import Key
from p2pstream.content.listed import CLASSIC, NATIVE, ListedName, ListedPeer
from p2pstream.content.tellers import Subnets, dialable
from p2pstream.values import value

__all__ = ["Choice", "choose", "once", "speaking"]


@value
class Choice:
    """What is taken."""

    #: Who has it, best first.
    peers: tuple[ListedPeer, ...]
    #: Which of the names, and its key; None: nobody signed it.
    taken: ListedName | None = None
    key: Key | None = None
    #: How many other streams of that name could be had as well; several may publish the same.
    rivals: int = 0


def choose(
    names: Sequence[ListedName],
    teller: Address,
    whole: Collection[Key],
    plain: bool,
    subnets: Subnets | None,
) -> Choice | None:
    """The first that has a key and peers who prove it; else all who send it unproven, if that will do.

    :param names: in the order in which they are wanted.
    :param teller: the central that told of them.
    :param whole: the keys of what is here already; nobody need have that.
    :param plain: whether what nobody proves will do.
    :param subnets: those of this machine, as far as they are known.
    """
    proven = [
        (each, each.key, speaking(each.peers, NATIVE, teller, subnets))
        for each in names
        if each.key is not None
    ]
    proven = [(each, key, peers) for each, key, peers in proven if peers or key in whole]
    if proven:
        taken, key, peers = proven[0]
        return Choice(peers, taken, key, len({other for _, other, _ in proven}) - 1)
    unproven = tuple(peer for each in names for peer in speaking(each.peers, CLASSIC, teller, subnets))
    return Choice(unproven) if unproven and plain else None


def speaking(
    peers: Iterable[ListedPeer], flag: int, teller: Address, subnets: Subnets | None
) -> tuple[ListedPeer, ...]:
    """Those who speak that and may be dialled, each program once."""
    able = (peer for peer in peers if peer.flags & flag)
    return tuple(once(dialable(able, lambda peer: peer.address, teller, subnets)))


def once(peers: Iterable[ListedPeer]) -> Iterable[ListedPeer]:
    """Each id at the first address that is told of it: one link to a peer is enough."""
    seen = set[bytes]()
    for peer in peers:
        if not any(peer.id) or peer.id not in seen:
            seen.add(peer.id)
            yield peer
