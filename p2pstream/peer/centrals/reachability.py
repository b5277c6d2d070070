"""Whether others can dial us, as centrals find out; told when it changes, with what to do about it."""

from __future__ import annotations

from p2pstream.content.addresses import Address
from p2pstream.content.listed import Lease
from p2pstream.interfaces import IEvents

__all__ = ["Reachability", "likely_cause"]

#: What opens a port, by the firewall that is in use here.
_OPENERS = {
    "ufw": "sudo ufw allow {port}/tcp",
    "firewalld": "sudo firewall-cmd --permanent --add-port={port}/tcp && sudo firewall-cmd --reload",
    "nft": "sudo nft add rule inet filter input tcp dport {port} accept",
}


def likely_cause(tried: Address, own_host: str, firewall: str | None) -> str:
    """Why ``tried`` does not answer although we listen, and what to do.

    :param own_host: the address that our connections come from, as far as we know.
    :param firewall: one of `_OPENERS` that seems to be in use here; None: nobody knows.
    """
    if firewall is not None:
        return f"probably {firewall} on this machine: {_OPENERS[firewall].format(port=tried.port)}"
    if tried.host == own_host or tried.scope == "loopback":
        return f"probably a firewall between; let TCP port {tried.port} through"
    return (
        f"probably a router between: have it forward TCP port {tried.port} of {tried.host}"
        f" to {Address(own_host, tried.port)}"
    )


class Reachability:
    """Says once that a central cannot reach us, and once that it can again.

    :param own_host: as in `likely_cause`.
    :param firewall: as in `likely_cause`.
    """

    def __init__(self, events: IEvents, own_host: str, firewall: str | None = None) -> None:
        self._events = events
        self._own_host = own_host
        self._firewall = firewall
        #: Of each central, where it tried in vain.
        self._vain: dict[str, Address] = {}

    def advice(self, tried: Address) -> str:
        """Why nobody reaches us there, and what to do."""
        return likely_cause(tried, self._own_host, self._firewall)

    def answered(self, central: str, lease: Lease) -> None:
        """A central told how it sees us."""
        before, tried = self._vain.get(central), lease.observed
        if lease.reachable is None or tried is None:
            return
        if lease.reachable:
            if self._vain.pop(central, None) is not None:
                self._events.happened("reachable", central=central, address=str(tried))
        elif before != tried:
            self._vain[central] = tried
            cause = self.advice(tried)
            self._events.happened("unreachable", central=central, address=str(tried), reason=cause)
