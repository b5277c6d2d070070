"""The list: every event that is told."""

from __future__ import annotations

from p2pstream.events.kind import EventKind
from p2pstream.events.live import LIVE

__all__ = ["EVENTS"]

EVENTS: dict[str, EventKind] = {
    # central and peer
    "listening": EventKind(("role", "address", "what"), "{role} listens on {address} and {what}"),
    "stopped": EventKind(("role",), "{role} stopped"),
    "connection_refused": EventKind(("address", "reason"), "turned {address} away: {reason:said}"),
    "connection_dropped": EventKind(("address", "reason"), "dropped {address}: {reason:said}"),
    "certificate_renewed": EventKind(("until",), "showing the new certificate, which is valid until {until}"),
    "certificate_kept": EventKind(("reason",), "still showing the certificate read before: {reason:said}"),
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
    "name_bad": EventKind(("address", "reason"), "{address} asked in vain: {reason:said}"),
    "names_loaded": EventKind(("names", "seconds"), "read {names:count signed name} in {seconds:span}"),
    "names_not_kept": EventKind(("reason",), "a signed name cannot be kept: {reason:said}", lasting=True),
    "leases_lost": EventKind(("reason",), "who has what is known when they say it again: {reason:said}"),
    "leases_not_kept": EventKind(("reason",), "who has what would not outlive a restart now: {reason:said}"),
    "not_advertised": EventKind(("reason",), "nobody finds this central by itself: {reason:said}"),
    **LIVE,
    # peer
    "share_created": EventKind(
        ("path", "who"), "made the folder {path}: {who} can list and fetch what you put into it"
    ),
    "share_open": EventKind(
        ("path", "names", "who"), "{path}: {who} can now list and fetch what is in it; files: {names}"
    ),
    "share_lost": EventKind(("path", "reason"), "{path} is no longer shared: {reason:said}"),
    "shared": EventKind(("name", "length"), "sharing “{name}”, {length:size}"),
    "withdrawn": EventKind(("name", "reason"), "no longer sharing “{name}”: {reason:said}"),
    "not_shared": EventKind(("path", "reason"), "not sharing {path}: {reason:said}"),
    "dlna_shown": EventKind(("title",), "televisions of your networks find what is shared as “{title}”"),
    "dlna_not_shown": EventKind(
        ("reason",), "televisions do not find what is shared, though --dlna is set: {reason:said}"
    ),
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
    "side_refused": EventKind(("name", "reason"), "no picture of “{name}” can be made: {reason:said}"),
    "side_missing": EventKind(("reason",), "no pictures are made of what is shared: {reason:said}"),
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
    "nothing_listed": EventKind(("central", "words"), "nothing{words:called} is listed at {central}"),
    # fetching
    "lookup_started": EventKind(("name", "central"), "asking {central} who has “{name}”"),
    "lookup_done": EventKind(("name", "central", "sources"), "{central} lists {sources} for “{name}”"),
    "lookup_kept": EventKind(("name",), "“{name}” is on this machine already"),
    "lookup_waiting": EventKind(
        ("name", "seconds"),
        "nobody who has “{name}” is there now; waiting {seconds:span} for somebody",
    ),
    "lookup_remembered": EventKind(
        ("name", "central"), "no central answers; going by what {central} said of “{name}” before"
    ),
    "central_gone": EventKind(
        ("central", "reason"),
        "{central} is gone, and is tried again; the film goes on with who is known: {reason:said}",
    ),
    "central_back": EventKind(("central",), "{central} is there again"),
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
        ("received", "length", "rate", "waiting_for", "behind_s"),
        "{received:size} here, {rate:size}/s{waiting_for:clause}",
    ),
    "left_off": EventKind(
        ("name", "received"),
        "{received:size} of “{name}” are kept; the same command goes on from there",
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
    "done": EventKind(("name", "length", "path"), "“{name}” is here, all {length:size} of it"),
    "hook_failed": EventKind(("command", "reason"), "--on-done: {command} {reason:said}"),
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
    "served": EventKind(("address",), "any player of this machine opens {address} until you press Ctrl-C"),
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
