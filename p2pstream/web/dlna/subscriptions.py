"""Who wants to be told of changes, where, and until when (UPnP Device Architecture 1.1, section 4).  Pure.

Whoever subscribes says where it wants to be told.  Were that believed, anybody could have us dial
anybody (CVE-2020-12695, CallStranger); so it is told at the very address from which it asked, at
no port below 1024, and nowhere else.

::

    subscribed --0.1 s--> told --a change, 2 s since the last--> told ... --lease over, or cancelled--> gone
                            '-- nobody takes three in a row --> gone
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from ipaddress import ip_address

from p2pstream.content.dlna import EventNotice
from p2pstream.limits import LIMITS, Limits

__all__ = ["SubscriptionFault", "Subscriptions", "property_set"]

_CALLBACK = re.compile(r"<http://(\[[0-9a-fA-F:.]+\]|[0-9.]+)(?::([0-9]{1,5}))?(/[!-;=?-~]*)?>")
_TIMEOUT = re.compile(r"Second-([0-9]{1,9})", re.IGNORECASE)
_MODULUS = 2**32


class SubscriptionFault(Exception):
    """It cannot be subscribed so; `status` is HTTP's."""

    def __init__(self, status: HTTPStatus, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass
class _Subscription:
    sid: str
    service: str
    #: Who subscribed, an IP literal, and where it is told.
    host: str
    port: int
    path: str
    until: float
    #: When it is to be told, if that is known; whether somebody is at it.
    due: float | None
    telling: bool = False
    #: When the last event began; how many nobody took since one was taken; what the next is called.
    told: float = float("-inf")
    missed: int = 0
    number: int = 0


class Subscriptions:
    """All of them; times are monotonic seconds.

    :param fresh: that many bytes that nobody can guess.
    """

    def __init__(self, fresh: Callable[[int], bytes], limits: Limits = LIMITS) -> None:
        self._fresh = fresh
        self._limits = limits
        self._all: dict[str, _Subscription] = {}

    def __len__(self) -> int:
        return len(self._all)

    @property
    def due(self) -> float | None:
        """When somebody is to be told, or forgotten; None: never."""
        moments = (
            each.until if each.due is None else min(each.due, each.until) for each in self._all.values()
        )
        return min(moments, default=None)

    def subscribe(self, service: str, asker: str, callback: str, timeout: str, now: float) -> tuple[str, int]:
        """A new one: what it is called from now on, and for how many seconds it lasts.

        :param asker: from where it is asked, an IP literal.
        :param callback: where events are to be told, as the header says it.
        :param timeout: for how long, as the header says it.
        :raises SubscriptionFault: in one line.
        """
        self._forget(now)
        port, path = self._place(asker, callback)
        of_asker = sum(each.host == asker for each in self._all.values())
        if (
            len(self._all) >= self._limits.dlna_subscriptions
            or of_asker >= self._limits.dlna_subscriptions_each
        ):
            raise SubscriptionFault(HTTPStatus.SERVICE_UNAVAILABLE, "there are too many subscriptions")
        raw = self._fresh(16).hex()
        sid = f"uuid:{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
        lasts = self._lease(timeout)
        due = now + self._limits.dlna_event_first_s
        self._all[sid] = _Subscription(sid, service, asker, port, path, now + lasts, due)
        return sid, lasts

    def renew(self, sid: str, service: str, asker: str, timeout: str, now: float) -> int:
        """It lasts longer; for how many seconds.

        :raises SubscriptionFault: there is none of that name, or it is somebody else's.
        """
        self._forget(now)
        lasts = self._lease(timeout)
        self._own(sid, service, asker).until = now + lasts
        return lasts

    def cancel(self, sid: str, service: str, asker: str, now: float) -> None:
        """It is over; fails as `renew` does."""
        self._forget(now)
        del self._all[self._own(sid, service, asker).sid]

    def changed(self, service: str, now: float) -> None:
        """Whoever listens to that service is to be told how things are, soon."""
        for each in self._all.values():
            if each.service == service and each.due is None:
                each.due = max(now, each.told + self._limits.dlna_event_gap_s)

    def to_tell(self, now: float, bodies: Mapping[str, bytes]) -> list[EventNotice]:
        """What is due; `told` is called for each, however it went.

        :param bodies: how things are, by service.
        """
        self._forget(now)
        return list(self._due(now, bodies))

    def told(self, sid: str, taken: bool) -> None:
        """A notice was taken, or not: then it counts as told, until there are too many of those."""
        each = self._all.get(sid)
        if each is None:
            return
        each.telling = False
        each.missed = 0 if taken else each.missed + 1
        if each.missed >= self._limits.dlna_event_misses:
            del self._all[sid]

    def _due(self, now: float, bodies: Mapping[str, bytes]) -> Iterator[EventNotice]:
        for each in self._all.values():
            if each.due is None or each.due > now:
                continue
            if each.telling:
                # The one before is still on its way, and they come in their order.
                each.due = now + self._limits.dlna_event_gap_s
                continue
            number, each.number = each.number, each.number + 1
            if each.number == _MODULUS:
                # 0 is the first of all, and comes once.
                each.number = 1
            each.due, each.told, each.telling = None, now, True
            yield EventNotice(each.host, each.port, each.path, each.sid, number, bodies[each.service])

    def _forget(self, now: float) -> None:
        for sid in [sid for sid, each in self._all.items() if each.until <= now]:
            del self._all[sid]

    def _own(self, sid: str, service: str, asker: str) -> _Subscription:
        found = self._all.get(sid)
        if found is None or (found.service, found.host) != (service, asker):
            raise SubscriptionFault(
                HTTPStatus.PRECONDITION_FAILED, "there is no such subscription, or not any more"
            )
        return found

    def _place(self, asker: str, callback: str) -> tuple[int, str]:
        """Port and path of the first address in it that is the asker's own."""
        if len(callback) > self._limits.dlna_callback_bytes:
            raise SubscriptionFault(HTTPStatus.PRECONDITION_FAILED, "nobody writes so long an address")
        for found in _CALLBACK.finditer(callback):
            port = int(found[2] or 80)
            if _is_same(found[1].strip("[]"), asker) and self._limits.back_least_port <= port < 65536:
                return port, found[3] or "/"
        raise SubscriptionFault(
            HTTPStatus.PRECONDITION_FAILED, "events are told where they are asked for, and nowhere else"
        )

    def _lease(self, timeout: str) -> int:
        found = _TIMEOUT.fullmatch(timeout.strip())
        wished = float(found[1]) if found is not None else self._limits.dlna_lease_s
        return int(max(min(wished, self._limits.dlna_lease_s), self._limits.dlna_lease_least_s))


def property_set(values: Mapping[str, str]) -> bytes:
    """The body of an event."""
    said = "".join(
        f"<e:property><{name}>{escape(value)}</{name}></e:property>" for name, value in values.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">{said}</e:propertyset>\n'
    ).encode()


def _is_same(host: str, asker: str) -> bool:
    try:
        return ip_address(host) == ip_address(asker)
    except ValueError:
        return False
