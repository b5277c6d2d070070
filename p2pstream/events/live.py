"""Of broadcasts: what comes in, and how it goes out."""

from __future__ import annotations

from p2pstream.events.kind import EventKind

__all__ = ["LIVE"]

LIVE: dict[str, EventKind] = {
    "input_plain": EventKind(
        ("name",),
        "what comes in for “{name}” is no MPEG-TS: it is carried as it is; nobody can join midway",
    ),
    "input_silent": EventKind(("name", "seconds"), "nothing came in for “{name}” in {seconds:span}"),
    "input_back": EventKind(("name",), "something comes in for “{name}” again"),
    "input_jumped": EventKind(
        ("name",), "the times of what comes in for “{name}” jumped: viewers begin anew there"
    ),
    "input_changed": EventKind(
        ("name",), "what comes in for “{name}” is coded in another way now: viewers begin anew there"
    ),
    "input_garbled": EventKind(
        ("name", "lost"), "{lost:size} that came in for “{name}” are no packets of MPEG-TS"
    ),
    "live_started": EventKind(("link", "key"), "broadcasting: p2p-play {link}"),
    "name_held": EventKind(
        ("name", "key"),
        "“{name}” is somebody else's there: whoever asks for it gets theirs, unless they have yours in mind,"
        " {key}; choose another name",
    ),
    "live_listening": EventKind(("server", "key"), "in OBS: Server {server}, Stream Key {key}"),
    "live_put": EventKind(("url",), "by HTTP: ffmpeg … -f mpegts -method PUT {url}"),
    "live_plain": EventKind(("address",), "as MPEG-TS: tcp://{address} or udp://{address}"),
    "live_publisher": EventKind(("address",), "{address} publishes"),
    "live_paused": EventKind(("name", "reason"), "“{name}” waits for whoever publishes it: {reason:said}"),
    "live_progress": EventKind(
        ("bitrate", "viewers", "rate", "length"),
        "{bitrate:bits} come in, {rate:bits} go out to {viewers:count viewer}; {length:size} so far",
    ),
    "live_film": EventKind(
        ("name", "length", "key"),
        "“{name}” is over, {length:size}: a film in your store now, which a p2p-peer of yours gives",
    ),
    "live_unsent": EventKind(("name",), "“{name}” is over before anything came in: nobody saw any of it"),
    "live_over": EventKind(("name", "length", "key"), "“{name}” is over: {length:size}, none of it kept"),
    "live_shortened": EventKind(
        ("name", "seconds"),
        "the disk is full: of “{name}” the last {seconds:span} are kept from now on, and it will be no film",
    ),
    "live_ended": EventKind(("name", "reason"), "“{name}” is over: {reason:said}"),
    "source_away": EventKind(("name",), "whoever broadcasts “{name}” is not heard; waiting"),
    "source_back": EventKind(("name",), "“{name}” goes on"),
    "watched_to_end": EventKind(("name",), "“{name}” is over; go back in it, or leave with Esc"),
    "publisher_lost": EventKind(("address", "reason"), "nothing is taken in from {address}: {reason:said}"),
}
