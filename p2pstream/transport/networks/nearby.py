"""A local network by mDNS (RFC 6762) and DNS-SD (RFC 6763), with python-zeroconf.

That runs an asyncio loop in a thread of its own, and calls from there; so nothing of it is
called from the reactor's thread.  It is optional, and imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Event
from typing import Any

from zope.interface import implementer

from p2pstream.content.addresses import Address
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.content.text import printable
from p2pstream.errors import BadAddress, CannotListen
from p2pstream.interfaces import INeighbourhood
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.networks.dialling import dial_trouble

__all__ = ["SERVICE", "MulticastNeighbourhood"]

SERVICE = "_p2pstream._tcp.local."


@implementer(INeighbourhood)
class MulticastNeighbourhood:
    """See `INeighbourhood`.

    :param interfaces: IPv4 addresses of this machine, whose networks are meant; left out, all.
    """

    def __init__(self, interfaces: Sequence[str] | None = None, limits: Limits = LIMITS) -> None:
        self._interfaces = interfaces
        self._limits = limits
        self._left = Event()

    def advertise(self, who: Nearby) -> Callable[[], None]:
        """See `INeighbourhood`."""
        zeroconf, network = self._open()
        wished = printable(who.title, self._limits.nearby_title).replace(".", "-")
        try:
            # What a peer is called is by chance: nobody has to be asked whether another is called so.
            is_peer = who.role is NearbyRole.PEER
            title = wished if is_peer else self._untaken(zeroconf, network, wished)
            service = zeroconf.ServiceInfo(
                SERVICE,
                f"{title}.{SERVICE}",
                who.address.port,
                properties={"role": who.role.value},
                server=f"{title}.local.",
                parsed_addresses=[who.address.host],
            )
            network.register_service(service, allow_name_change=True, cooperating_responders=is_peer)
        except BaseException:
            network.close()
            raise
        # It takes back what it said, and waits until that is sent.
        return network.close  # type: ignore[no-any-return]

    def browse(self, seconds: float, role: NearbyRole = NearbyRole.CENTRAL) -> Sequence[Nearby]:
        """See `INeighbourhood`."""
        zeroconf, network = self._open()
        names: dict[str, None] = {}
        most = self._limits.nearby_names

        def seen(name: str, state_change: Any, **_: Any) -> None:
            if state_change is zeroconf.ServiceStateChange.Added and len(names) < most:
                names[name] = None

        try:
            zeroconf.ServiceBrowser(network, SERVICE, handlers=[seen], question_type=_to_all(zeroconf))
            self._left.wait(seconds)
            answers = self._answers(zeroconf, network, list(names), role)
            return _each_once(islice(answers, self._limits.nearby), role, self._limits)
        finally:
            network.close()

    def leave(self) -> None:
        """See `INeighbourhood`."""
        self._left.set()

    def _answers(self, zeroconf: Any, network: Any, names: Iterable[str], role: NearbyRole) -> Iterator[Any]:
        """Those of that role, until too many do not say where they are."""
        silent = 0
        for name in names:
            if self._left.is_set() or silent >= self._limits.nearby:
                return
            answer = self._ask(zeroconf, network, name, self._limits.nearby_ms)
            if answer is None:
                silent += 1
            elif _role_of(answer) is role:
                yield answer

    def _untaken(self, zeroconf: Any, network: Any, title: str) -> str:
        """The title, with a number behind it where others have it already.

        The library finds that out as well, but does not wait for who has just told somebody, and so
        says nothing for a second (RFC 6762, 6).
        """
        found = title
        for number in range(2, self._limits.nearby + 1):
            if not self._ask(zeroconf, network, f"{found}.{SERVICE}", self._limits.nearby_taken_ms):
                break
            end = f"-{number}"
            found = title[: self._limits.nearby_title - len(end)] + end
        return found

    def _ask(self, zeroconf: Any, network: Any, name: str, wait_ms: int) -> Any:
        """Where one of that name is; None: nobody said so."""
        return network.get_service_info(SERVICE, name, wait_ms, question_type=_to_all(zeroconf))

    def _open(self) -> tuple[Any, Any]:
        """The library, and this network by it."""
        try:
            import zeroconf
        except ImportError:
            raise CannotListen(
                "this network cannot be asked, for python-zeroconf is missing; pip install 'p2pstream[local]'"
            ) from None
        interfaces = zeroconf.InterfaceChoice.All if self._interfaces is None else list(self._interfaces)
        try:
            return zeroconf, zeroconf.Zeroconf(interfaces, ip_version=zeroconf.IPVersion.V4Only)
        except OSError as fault:
            raise CannotListen(f"this network cannot be asked: {dial_trouble(fault)}") from None


def _to_all(zeroconf: Any) -> Any:
    """How to ask for an answer to everybody.

    One to us alone goes to any of the programs on this machine that listen on port 5353.
    """
    return zeroconf.DNSQuestionType.QM


def _role_of(answer: Any) -> NearbyRole | None:
    """What one says to be, who may be of a later version; the first version said nothing of a central."""
    said = (answer.properties or {}).get(b"role")
    words = {role.value.encode(): role for role in NearbyRole}
    return NearbyRole.CENTRAL if said is None else words.get(said)


def _each_once(answers: Iterable[Any], role: NearbyRole, limits: Limits) -> Sequence[Nearby]:
    """Those that may be dialled, of what strangers answered."""
    found: dict[Address, Nearby] = {}
    for answer in answers:
        title = printable(str(answer.name).removesuffix(f".{SERVICE}"), limits.nearby_title)
        for host in answer.parsed_addresses()[: limits.nearby_hosts]:
            with suppress(BadAddress):
                address = Address(host, answer.port or 0)
                if address.is_dialable and address.port >= limits.back_least_port:
                    found.setdefault(address, Nearby(title, address, role))
    return sorted(found.values())
