"""The one list of everything that is told while p2pstream runs.

Commands write these events as lines of JSON (``--json``), roles write their
sentences to the log, and pages count them.  A line is::

    {"v": 1, "t": 0.214, "event": "source_connected", "address": "127.0.0.1:2050"}

``v`` is the version of this list: fields and events may be added to it, and what is
there keeps its meaning.  ``t`` is seconds since the command began, on a monotonic
clock.  Lengths are bytes, times seconds, rates bytes a second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from p2pstream.content.text import count_text, duration_text, printable, size_text, span_text

__all__ = ["EVENTS", "VERSION", "EventKind", "json_line", "sentence"]

VERSION = 1


@dataclass(frozen=True)
class EventKind:
    """One kind of event: its fields, and a sentence for people made of them.

    In a sentence ``{rate:size}`` is a number of bytes, ``{left:clock}`` a time on a
    clock, ``{seconds:span}`` how long something took, ``{sources:count peer}`` so many
    peers, and ``{reason:said}`` the text of an error, in which strangers' text is
    printable already; ``{waiting_for:clause}`` adds what is said, if anything is,
    behind a semicolon; ``{verified:proof}`` says whether bytes were proven, and ``pace``
    and ``givers`` how fast they came and from whom, if any came.  Everything else is
    made printable, whoever sent it.
    """

    fields: tuple[str, ...]
    sentence: str


EVENTS: dict[str, EventKind] = {
    # central and peer
    "listening": EventKind(("role", "address", "what"), "{role} listens on {address} and {what}"),
    "stopped": EventKind(("role",), "{role} stopped"),
    "connection_refused": EventKind(("address", "reason"), "turned {address} away: {reason:said}"),
    "connection_dropped": EventKind(("address", "reason"), "dropped {address}: {reason:said}"),
    "plugin_disabled": EventKind(("plugin", "reason"), "switched the protocol {plugin} off: {reason:said}"),
    # central
    "mapping_read": EventKind(("path", "names"), "read {path}; names in it: {names}"),
    "mapping_missing": EventKind(("path", "reason"), "nothing is mapped by hand: {path}: {reason:said}"),
    "mapping_kept": EventKind(("path", "reason"), "{path} still counts as it was read last: {reason:said}"),
    "mapping_line_bad": EventKind(("path", "line", "reason"), "{path}, line {line}: {reason:said}; skipped"),
    "lookup_answered": EventKind(
        ("name", "address", "sources"), "told {address} of {sources:count peer} with “{name}”"
    ),
    "name_unknown": EventKind(("name", "address"), "{address} asked for “{name}”, which nobody here has"),
    "name_bad": EventKind(("address", "reason"), "{address} asked for what cannot be a name: {reason:said}"),
    "names_loaded": EventKind(("names", "seconds"), "read {names} signed names in {seconds:span}"),
    "names_not_kept": EventKind(("reason",), "a signed name cannot be kept: {reason:said}"),
    "leases_lost": EventKind(("reason",), "who has what is known when they say it again: {reason:said}"),
    "leases_not_kept": EventKind(("reason",), "who has what would not outlive a restart now: {reason:said}"),
    "not_advertised": EventKind(("reason",), "nobody finds this central by itself: {reason:said}"),
    # peer
    "share_created": EventKind(
        ("path", "who"), "made the folder {path}: {who} can list and fetch what you put into it"
    ),
    "share_open": EventKind(
        ("path", "names", "who"), "{path}: {who} can now list and fetch what is in it; files: {names}"
    ),
    "share_lost": EventKind(("path", "reason"), "{path} can no longer be shared: {reason:said}"),
    "shared": EventKind(("name", "length"), "sharing “{name}”, {length:size}"),
    "withdrawn": EventKind(("name", "reason"), "no longer sharing “{name}”: {reason:said}"),
    "not_shared": EventKind(("path", "reason"), "not sharing {path}: {reason:said}"),
    "state_not_kept": EventKind(
        ("path", "reason"),
        "running with fresh keys, which nobody knows yet: {reason:said}; choose a folder with --state",
    ),
    "state_refused": EventKind(
        ("reason",), "what is known now may not outlive this run: {reason:said}; it is tried again"
    ),
    "hashing": EventKind(
        ("done", "size", "files"),
        "finding keys: {done:size} of {size:size} hashed, {files:count file} left",
    ),
    "hashed": EventKind(
        ("files", "size", "seconds"),
        "hashed {files:count file}, {size:size} in {seconds:span}",
    ),
    "key_missing": EventKind(
        ("name", "reason"), "cannot find the key of “{name}”, and will try again: {reason:said}"
    ),
    "listed": EventKind(("central",), "listed at {central}"),
    "not_listed": EventKind(("central", "reason"), "not listed: {reason:said}"),
    "name_refused": EventKind(
        ("name", "central", "reason"), "{central} does not list “{name}”: {reason:said}"
    ),
    "not_named": EventKind(("name", "reason"), "“{name}” cannot be listed under its name: {reason:said}"),
    "reachable": EventKind(("central", "address"), "{central} can reach us at {address} now"),
    "unreachable": EventKind(
        ("central", "address", "reason"), "{central} cannot reach us at {address}: {reason:said}"
    ),
    "transfer_started": EventKind(("name", "address"), "sending “{name}” to {address}"),
    "transfer_ended": EventKind(
        ("name", "address", "sent", "seconds"), "sent “{name}” to {address}: {sent:size} in {seconds:span}"
    ),
    "transfer_failed": EventKind(
        ("name", "address", "sent", "reason"),
        "broke “{name}” off to {address} after {sent:size}: {reason:said}",
    ),
    # listing
    "name_listed": EventKind(
        ("name", "key", "length", "duration", "seeds", "sources", "publisher", "standing", "taken"),
        "“{name}”, {length:size}, {seeds:count seed}",
    ),
    "nothing_listed": EventKind(("central",), "nothing that was asked for is listed at {central}"),
    # fetching
    "lookup_started": EventKind(("name", "central"), "asking {central} who has “{name}”"),
    "lookup_done": EventKind(("name", "central", "sources"), "{central} lists {sources} for “{name}”"),
    "lookup_waiting": EventKind(
        ("name", "seconds"),
        "nobody who has “{name}” is there now; waiting {seconds:span} for somebody",
    ),
    "lookup_remembered": EventKind(
        ("name", "central"), "no central answers; going by what {central} said of “{name}” before"
    ),
    "name_shared": EventKind(
        ("name", "count"),
        "{count} different streams are called “{name}”; taking the one that is listed first",
    ),
    "publisher_changed": EventKind(
        ("name", "publisher", "before"),
        "warning: “{name}” is not from {before}, whom you had it from before; if that is all right,"
        " --accept-publisher says so",
    ),
    "publisher_moved": EventKind(
        ("name", "publisher"), "whoever you had “{name}” from has handed it on to {publisher}"
    ),
    "owner_absent": EventKind(
        ("name", "publisher"),
        "warning: whom “{name}” belongs to there is not to be had; taking it from another, {publisher}",
    ),
    "owner_differs": EventKind(
        ("name", "publisher", "owner"),
        "warning: “{name}” belongs to {owner} there; taking it from {publisher}, as before",
    ),
    "source_connected": EventKind(("address",), "connected to {address}"),
    "source_refused": EventKind(("address", "reason"), "{address} {reason:said}"),
    "source_lost": EventKind(
        ("address", "received", "reason"), "lost {address} after {received:size}: {reason:said}"
    ),
    "source_lied": EventKind(("address", "reason"), "left {address} for good: {reason:said}"),
    "storage_refused": EventKind(
        ("name", "reason"), "cannot keep “{name}”, and will try again: {reason:said}"
    ),
    "source_finished": EventKind(("address", "received"), "{address} sent all it has: {received:size}"),
    "first_byte": EventKind(("address", "seconds"), "first byte after {seconds:.3f} s, from {address}"),
    "progress": EventKind(
        ("received", "length", "rate", "waiting_for"),
        "{received:size} here, {rate:size}/s{waiting_for:clause}",
    ),
    "cache_exceeded": EventKind(
        ("name", "length", "cache"),
        "“{name}”, {length:size}, is more than the {cache:size} of --cache-size;"
        " all of it is kept, for you asked for the file",
    ),
    "fetched": EventKind(("received", "seconds"), "all {received:size} are here"),
    "film_empty": EventKind(("name",), "“{name}” is empty: there is not a single byte in it"),
    "not_kept": EventKind(("path", "reason"), "not kept as {path}: {reason:said}"),
    "saved": EventKind(("path", "length"), "kept as {path}, {length:size}"),
    "resident_found": EventKind((), "your p2p-peer fetches it: one cache, and one upload limit"),
    "resident_declined": EventKind(("reason",), "fetching without your p2p-peer: {reason:said}"),
    "resident_lost": EventKind(("reason",), "going on without your p2p-peer: {reason:said}"),
    # giving
    "seeding": EventKind(("name",), "others get “{name}” from here until you press Ctrl-C"),
    "handed_over": EventKind(("name",), "others get “{name}” from your p2p-peer from now on"),
    "not_seeding": EventKind(("name", "reason"), "nobody gets “{name}” from here: {reason:said}"),
    "seeded": EventKind(
        ("name", "sent", "seconds"), "others could get “{name}” for {seconds:span}; sent {sent:size} in all"
    ),
    # playing
    "player_missing": EventKind(("player", "reason"), "not playing with {player}: {reason:said}"),
    "player_chosen": EventKind(("player",), "playing with {player}"),
    "first_frame": EventKind(("seconds",), "first frame after {seconds:.2f} s"),
    "buffering": EventKind(("waiting_for",), "the film stands still{waiting_for:clause}"),
    "playing": EventKind(("position", "duration"), "playing at {position:clock} of {duration:clock}"),
    "screenshot": EventKind(("path", "position"), "the window at {position:clock} is in {path}"),
    # how a command ended
    "finished": EventKind(
        (
            "received",
            "seconds",
            "rate",
            "sources",
            "verified",
            "sent",
            "first_frame_s",
            "shown",
            "lost",
            "ended",
        ),
        "{received:size} in {seconds:span}{rate:pace}, from {sources:givers}; {verified:proof}{sent:given}",
    ),
    "failed": EventKind(("error", "message", "exit_code"), "{message:said}"),
}


class _Sentences(Formatter):
    """Fills sentences in; strangers' text cannot get out of line."""

    def format_field(self, value: Any, spec: str) -> str:
        if spec in _SPECS:
            return _SPECS[spec](value)
        if spec.startswith("count "):
            return printable(count_text(value, spec.removeprefix("count ")))
        if isinstance(value, list | tuple | dict):
            return printable(", ".join(map(str, value)) or "nobody")
        return printable(super().format_field(value, spec))


def _said(value: Any) -> str:
    return "\\".join(printable(part, 500) for part in str(value).split("\\"))


def _proof(verified: bool) -> str:
    return "verified" if verified else "unverified, because this protocol proves nothing"


def _given(sent: int) -> str:
    return f"; sent {size_text(sent)} to others" if sent else ""


def _clause(said: str) -> str:
    return f"; {printable(said)}" if said else ""


def _pace(rate: float) -> str:
    return f", {size_text(rate)}/s" if rate else ""


def _givers(sources: Mapping[str, int]) -> str:
    return printable(", ".join(sources) or "what was here already")


_SPECS: Mapping[str, Callable[[Any], str]] = {
    "size": size_text,
    "clock": duration_text,
    "span": span_text,
    "said": _said,
    "clause": _clause,
    "given": _given,
    "proof": _proof,
    "pace": _pace,
    "givers": _givers,
}

_sentences = _Sentences()


def sentence(event: str, fields: Mapping[str, Any]) -> str:
    """The event on one line for people; a missing field is a `KeyError`."""
    return _sentences.vformat(EVENTS[event].sentence, (), fields)


def json_line(event: str, fields: Mapping[str, Any], t: float) -> str:
    """The event on one line for programs, in ASCII, so that nothing in it acts on a terminal.

    :param t: seconds since the command began.
    """
    head = {"v": VERSION, "t": round(t, 3), "event": event}
    return json.dumps({**head, **fields}, default=str)
