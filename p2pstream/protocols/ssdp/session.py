"""What a device does about datagrams, and when it says that it is there.  Pure.

Whoever sends from a forged address has us answer somebody else.  So only those are answered who
are on a network of ours, where the router lets nobody in who claims to be; never at a port below
1024; each no more than so often, and all no more than so often.  A search that is repeated before
it is answered is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from ipaddress import AddressValueError, IPv4Address, IPv4Interface
from itertools import count
from typing import TYPE_CHECKING

from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.ssdp.messages import GROUP, PORT, Device, alive, answer, byebye, read_search
from p2pstream.transport.turns.tokens import Steady, Tokens
from p2pstream.values import value

if TYPE_CHECKING:
    from random import Random

__all__ = ["Datagram", "SsdpSession"]


@value
class Datagram:
    """Something to be sent."""

    raw: bytes
    host: str
    port: int
    #: Our address in whose network it goes to all; empty where it goes to one.
    through: str = ""


@dataclass(order=True)
class _Due:
    """An answer, or a telling to all, and when."""

    at: float
    number: int
    datagram: Datagram = field(compare=False)
    #: What it is one of, so that it is not asked for twice.
    answers: tuple[str, int, str] | None = field(compare=False, default=None)


class SsdpSession:
    """One device on the networks of this machine, from when it is settled there until it leaves.

    Times are monotonic seconds.

    :ivar due: when something is to be sent; None: nothing.
    """

    def __init__(self, device: Device, random: Random, limits: Limits = LIMITS) -> None:
        self._device = device
        self._random = random
        self._limits = limits
        self._interfaces: tuple[IPv4Interface, ...] = ()
        self._numbers = count()
        self._due: list[_Due] = []
        #: Answers that wait.
        self._awaited: set[tuple[str, int, str]] = set()
        #: When all are told again.
        self._again: float | None = None
        self._all: Tokens | None = None
        self._each: dict[str, Tokens] = {}
        #: When an address was told of all that we are.
        self._told_everything: dict[str, float] = {}

    @property
    def due(self) -> float | None:
        """See the class."""
        moments = [self._due[0].at] if self._due else []
        moments += [] if self._again is None else [self._again]
        return min(moments, default=None)

    def settle(self, interfaces: Sequence[IPv4Interface], now: float) -> None:
        """These are our addresses, and the networks that they are in; told whenever that is looked at."""
        before, self._interfaces = self._interfaces, tuple(interfaces)
        kept = {str(each.ip) for each in self._interfaces}
        self._due = [due for due in self._due if not due.datagram.through or due.datagram.through in kept]
        self._due.sort()
        for interface in self._interfaces:
            if interface not in before:
                self._tell(interface, now)
        if not self._interfaces:
            self._again = None
        elif self._again is None:
            self._again = self._next(now)

    def receive(self, raw: bytes, host: str, port: int, now: float) -> None:
        """A datagram came from there."""
        here = self._near(host)
        if here is None or port < self._limits.back_least_port:
            return
        search = read_search(raw, self._limits)
        if search is None:
            return
        most = min(float(search.within_s), self._limits.ssdp_wait_s) or self._limits.ssdp_unhurried_s
        targets = self._device.found_by(search)
        if len(targets) > 1 and not self._may_tell_everything(host, now):
            # It leads to all others.
            targets = targets[:1]
        for target in targets:
            self._answer(target, here, host, port, now, self._random.uniform(0.0, most))

    def to_send(self, now: float) -> list[Datagram]:
        """What is due, in its order."""
        if self._again is not None and self._again <= now:
            self._again = self._next(now)
            for interface in self._interfaces:
                self._tell(interface, now)
        sent = []
        while self._due and self._due[0].at <= now:
            due = heappop(self._due)
            if due.answers is not None:
                self._awaited.discard(due.answers)
            sent.append(due.datagram)
        return sent

    def leave(self) -> list[Datagram]:
        """It goes: what is to be sent at once.  Nothing follows, until it is settled again."""
        interfaces, self._interfaces = self._interfaces, ()
        self._due.clear()
        self._awaited.clear()
        self._again = None
        return [
            Datagram(byebye(self._device, target), GROUP, PORT, str(interface.ip))
            for interface in interfaces
            for target in self._device.targets
        ]

    def _tell(self, interface: IPv4Interface, now: float) -> None:
        """Tell a network twice that it is there."""
        here = str(interface.ip)
        for target in self._device.targets:
            raw = alive(self._device, target, here, self._limits)
            for wait in (0.0, self._limits.ssdp_again_s):
                self._schedule(now + wait, Datagram(raw, GROUP, PORT, here))

    def _next(self, now: float) -> float:
        """When it is told again: before half the time is over for which it is believed."""
        age = self._limits.ssdp_age_s
        return now + self._random.uniform(age / 4, age / 2)

    def _answer(self, target: str, here: str, host: str, port: int, now: float, wait: float) -> None:
        answers = (host, port, target)
        if answers in self._awaited or len(self._awaited) >= self._limits.ssdp_pending:
            return
        if not self._may_answer(host, now):
            return
        self._awaited.add(answers)
        raw = answer(self._device, target, here, self._limits)
        self._schedule(now + wait, Datagram(raw, host, port), answers)

    def _may_answer(self, host: str, now: float) -> bool:
        limits = self._limits
        if self._all is None:
            self._all = Tokens(Steady(limits.ssdp_all_rate, limits.ssdp_all), now)
        each = self._each.pop(host, None) or Tokens(Steady(limits.ssdp_each_rate, limits.ssdp_each), now)
        # The one that asked last is forgotten last.
        self._each[host] = each
        while len(self._each) > limits.ssdp_askers:
            del self._each[next(iter(self._each))]
        return each.take(now) and self._all.take(now)

    def _may_tell_everything(self, host: str, now: float) -> bool:
        """Whether a short question is answered at length, which may be forged in somebody else's name."""
        before = self._told_everything.get(host)
        if before is not None and now < before + self._limits.ssdp_everything_s:
            return False
        self._told_everything.pop(host, None)
        self._told_everything[host] = now
        while len(self._told_everything) > self._limits.ssdp_askers:
            del self._told_everything[next(iter(self._told_everything))]
        return True

    def _schedule(self, at: float, what: Datagram, answers: tuple[str, int, str] | None = None) -> None:
        heappush(self._due, _Due(at, next(self._numbers), what, answers))

    def _near(self, host: str) -> str | None:
        """Our address in the network that whoever sent is in; None: in none of ours."""
        try:
            ip = IPv4Address(host)
        except AddressValueError:
            return None
        around = [each for each in self._interfaces if ip in each.network]
        return str(max(around, key=lambda each: each.network.prefixlen).ip) if around else None
