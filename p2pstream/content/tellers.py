"""Which of the addresses that somebody tells may be dialled, so that nobody is made a weapon.

Who tells may lie: it may name a service of this machine, of our network, or of somebody
whom it wants to be flooded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias, TypeVar

from p2pstream.content.addresses import Address
from p2pstream.limits import LIMITS, Limits

__all__ = ["Subnets", "dialable", "is_local", "is_near", "neighbouring"]

Told = TypeVar("Told")
#: The networks that this machine is on.
Subnets: TypeAlias = Collection[IPv4Network | IPv6Network]


def dialable(
    told: Iterable[Told],
    address: Callable[[Told], Address],
    by: Address,
    subnets: Subnets | None,
    limits: Limits = LIMITS,
) -> Iterator[Told]:
    """Those that may be dialled, in their order.

    :param address: where one of them is.
    :param by: who told, as it was reached: addresses of this machine are believed only
        to a central on this machine, and private ones to none that is further away.
    :param subnets: see `is_near`.
    """
    hosts = Counter[str]()
    for each in told:
        at = address(each)
        if at.port < limits.back_least_port or not at.is_dialable or at.reach < by.reach:
            continue
        if not is_near(at, subnets):
            continue
        hosts[at.cap_key()] += 1
        if at.reach == 0 or hosts[at.cap_key()] <= limits.told_ports:
            yield each


def neighbouring(
    told: Iterable[Address], own: Address | None, subnets: Subnets | None, limits: Limits = LIMITS
) -> Sequence[Address]:
    """Those that may be dialled of those that say on our network that they are there, in their order.

    Whoever is heard there is there: an address of another network would be that of a victim.

    :param own: where we listen ourselves.
    :param subnets: see `is_local`.
    """
    hosts = Counter[str]()
    found = list[Address]()
    for at in told:
        is_peers = at.is_dialable and at.port >= limits.back_least_port and at != own
        if not is_peers or at.reach == 0 or not is_local(at, subnets):
            continue
        hosts[at.cap_key()] += 1
        if hosts[at.cap_key()] <= limits.told_ports and len(found) < limits.neighbours:
            found.append(at)
    return found


def is_near(address: Address, subnets: Subnets | None) -> bool:
    """Whether a private or link-local address is in a network of ours; any other is where it says.

    Behind a router such an address may be anything: that of somebody's printer, or of nobody.

    :param subnets: those of this machine; None: they are not known, and nothing is ruled out.
    """
    if subnets is None or address.scope not in ("private", "link-local"):
        return True
    return any(address.ip in subnet for subnet in subnets)


def is_local(address: Address, subnets: Subnets | None) -> bool:
    """Whether what comes from there crosses nothing but this machine and networks that it is on.

    :param subnets: those of this machine; None: they are not known, and private ones are taken for ours.
    """
    ip = address.ip
    if address.reach == 0 or ip is None:
        return address.reach == 0
    return address.reach == 1 if subnets is None else any(ip in subnet for subnet in subnets)
