"""Bounds of what televisions are told."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["DlnaLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class DlnaLimits:
    """SSDP, by which we are found; ContentDirectory, by which films are listed; events."""

    ssdp_bytes: int = bound(2048, "bytes", "of a datagram that is read; searches have 100 to 300")
    ssdp_headers: int = bound(32, "headers", "of one; searches have four to eight")
    ssdp_wait_s: float = bound(
        1.0, "s", "within which a search is answered, however long all may take: a person waits for it"
    )
    ssdp_unhurried_s: float = bound(
        0.1, "s", "within which a search of one machine is answered that asks none to wait"
    )
    ssdp_pending: int = bound(128, "answers", "that wait for their time; further searches are not heard")
    ssdp_each: int = bound(
        20, "answers", "to one address at once after a pause: a client asks thrice for five things"
    )
    ssdp_each_rate: int = bound(4, "answers/s", "to one address from then on; 1.5 kB/s")
    ssdp_everything_s: float = bound(
        10.0, "s", "in which an address is told of all that we are once; else of one thing, a fifth of that"
    )
    ssdp_all: int = bound(200, "answers", "to all at once after a pause")
    ssdp_all_rate: int = bound(50, "answers/s", "to all from then on; 17 kB/s, for nobody is to be flooded")
    ssdp_askers: int = bound(256, "addresses", "whose answers are counted; then the oldest is forgotten")
    ssdp_age_s: float = bound(1800.0, "s", "for which others may believe that we are there; UPnP's least")
    ssdp_again_s: float = bound(
        0.6, "s", "from a telling to its repetition, for datagrams get lost; UPnP wants some hundred ms"
    )
    ssdp_look_s: float = bound(10.0, "s", "between two looks at the interfaces of this machine")
    ssdp_interfaces: int = bound(16, "addresses", "of this machine that are told of; more have no network")
    dlna_action_bytes: int = bound(16_384, "bytes", "of a question; those of players have 500 to 1,000")
    dlna_arguments: int = bound(16, "arguments", "of one; none has more than six")
    dlna_rows: int = bound(200, "entries", "of one answer, 0.7 kB each; players ask for the rest")
    dlna_steps: int = bound(500, "entries", "that a search looks at, until others have their turn; 2 ms")
    dlna_criteria_bytes: int = bound(1024, "bytes", "of what is searched for; players write 100")
    dlna_criteria_depth: int = bound(16, "parentheses", "in one another; players write two")
    dlna_subscriptions: int = bound(32, "subscriptions", "to events; a home has a few screens")
    dlna_subscriptions_each: int = bound(4, "subscriptions", "of one address; there are two services")
    dlna_lease_s: float = bound(1800.0, "s", "for which a subscription lasts at most; then it is renewed")
    dlna_lease_least_s: float = bound(60.0, "s", "for which one lasts, should less be asked for")
    dlna_callback_bytes: int = bound(1024, "bytes", "of where events are to be told; players write 60")
    dlna_event_first_s: float = bound(
        0.1, "s", "after a subscription, until it is told how things are: its answer must be there before"
    )
    dlna_event_gap_s: float = bound(2.0, "s", "between two events of one subscription; as UPnP wants it")
    dlna_event_s: float = bound(5.0, "s", "for somebody to take an event")
    dlna_event_misses: int = bound(3, "events", "that one after the other nobody took; then none follows")
    dlna_event_reply_bytes: int = bound(4096, "bytes", "that an event is answered with; 40 are usual")
