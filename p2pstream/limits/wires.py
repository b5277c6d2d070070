"""Bounds of wires: what is said, by whom, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["WireLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class WireLimits:
    """What strangers send, and what waits to be sent to them."""

    # names and addresses
    name_bytes: int = bound(200, "bytes", "a name in UTF-8; leaves room for suffixes in 255-byte file names")
    address_chars: int = bound(259, "characters", "253 of a host name, a colon and a port")

    # content
    bencode_bytes: int = bound(16_384, "bytes", "of one control message; hot ones are fixed structures")
    bencode_depth: int = bound(8, "levels", "of lists and dictionaries; nothing of ours has more than four")
    bencode_items: int = bound(1024, "items", "in all of one message; a dictionary's keys come for nothing")
    manifest_head_bytes: int = bound(4096, "bytes", "looked at for links to elsewhere; libvlc looks at less")
    manifest_text_bytes: int = bound(256, "bytes", "of plain text at the start, and it is no film")
    stream_bytes: int = bound(281_474_976_710_656, "bytes", "2^48 of one file; more than anybody stores")
    record_life_s: float = bound(2_592_000.0, "s", "30 days from signing; who is still there signs again")
    record_gone_s: float = bound(2_678_400.0, "s", "a withdrawn name is remembered: a day beyond any record")
    record_ahead_s: float = bound(600.0, "s", "a record may be signed in the future; clocks differ")
    record_tags: int = bound(16, "tags", "of one record")
    record_text_bytes: int = bound(64, "bytes", "of a tag, or of a record's type")
    ticket_life_s: float = bound(1800.0, "s", "from signing: a peer that went is dialled in vain for so long")
    ticket_bytes: int = bound(300, "bytes", "of a ticket; an IPv6 address and a file's key take 285")

    # classic
    classic_name_bytes: int = bound(255, "bytes", "more than any file name; the ancestor dies beyond 100")
    classic_sent_name_bytes: int = bound(99, "bytes", "the ancestor's buffer holds 100 with its NUL")
    classic_reply_bytes: int = bound(100, "bytes", "the ancestor aborts on more")
    classic_reply_addresses: int = bound(6, "addresses", "six dotted quads and blanks fit 99 bytes")
    classic_name_s: float = bound(1.0, "s", "the ancestor too reads once, a second after accept")
    classic_lookup_s: float = bound(10.0, "s", "an ancestor answers after one second; ten is a dead one")

    # the listening port
    backlog: int = bound(1024, "connections", "that wait to be accepted; a burst of lookups must fit")
    accepted_at_once: int = bound(
        4, "connections", "accepted in one turn, before those who are here; 6 ms, with what they ask at once"
    )
    departures: int = bound(
        8, "connections", "ended in one turn, before those who are here, where many are lost at once; 4 ms"
    )
    departures_s: float = bound(
        1.0, "s", "within which connections that are lost are lost at once; no turn takes as long"
    )
    accept_rest_s: float = bound(
        0.25, "s", "without accepting anybody, where there is no descriptor even to turn them away"
    )
    sniff_bytes: int = bound(512, "bytes", "longer than any preface or classic name")
    quiet_s: float = bound(0.060, "s", "a preface's or a name's segments arrive closer together")
    silent_s: float = bound(5.0, "s", "a connection that says nothing is dropped")
    sniff_s: float = bound(10.0, "s", "absolute: from accept to a protocol, however bytes trickle")
    undecided: int = bound(512, "connections", "that have not said yet what they want; a lookup does at once")
    connections: int = bound(4000, "connections", "on one listening port; also below the descriptor limit")
    connections_per_address: int = bound(64, "connections", "one address (IPv6: /64); loopback exempt")

    # moving bytes
    chunk_bytes: int = bound(262_144, "bytes", "one read from a file on the portable road")
    span_bytes: int = bound(1_048_576, "bytes", "one sendfile call, and one turn's budget per connection")
    receive_bytes: int = bound(1_048_576, "bytes", "one lent receive buffer, one pwrite")
    unwritten_bytes: int = bound(8_388_608, "bytes", "received and not yet on disk, per stream")
    inbox_bytes: int = bound(65_536, "bytes", "arrived before anybody called receive")
    unsent_bytes: int = bound(
        98_304, "bytes", "in the kernel and not on their way; a stalled reader costs 180 kB"
    )
    unsent_most_bytes: int = bound(
        524_288, "bytes", "of those of a connection through which as much goes in a moment: 10 MB/s"
    )
    spout_bytes: int = bound(
        16_384, "bytes", "wait in Python on the portable road, and nothing more is put there until none do"
    )
    far_buffer_bytes: int = bound(
        4_194_304, "bytes", "asked for on a long way, where Linux grants more than it would by itself"
    )
    close_s: float = bound(2.0, "s", "the other end is given to close, after we did")
    connect_s: float = bound(5.0, "s", "a dial without an answer")
    first_byte_s: float = bound(3.0, "s", "a source that has not begun is left for one not yet asked")
    stall_s: float = bound(30.0, "s", "a transfer without a byte of progress is given up")
    workers: int = bound(2, "threads", "for disk and hashing")
    workers_told: int = bound(
        8, "results", "of threads told in one turn, before those who are here; of opened films 6 ms"
    )

    # links
    link_hello_bytes: int = bound(4096, "bytes", "of a HELLO; a ticket and sixteen families fit")
    link_hello_items: int = bound(16, "items", "of a HELLO's lists: versions, families")
    link_family_bytes: int = bound(32, "bytes", "of the name of a family; ours have seven at most")
    link_agent_bytes: int = bound(64, "bytes", "of the name that a program gives itself")
    link_text_bytes: int = bound(200, "bytes", "of a reason in words; one line")
    link_frame_bytes: int = bound(65_536, "bytes", "of a frame's body, other than a run of units")
    link_run_bytes: int = bound(4_194_316, "bytes", "of a run's body: 64 units and their head")
    link_queue_bytes: int = bound(524_288, "bytes", "wait for one who does not read; then it is left")
    link_hello_s: float = bound(5.0, "s", "absolute: from the start to the other end's HELLO")
    link_auth_s: float = bound(10.0, "s", "absolute: from the start to the proof of who it is")
    link_wary_s: float = bound(1.5, "s", "for the first eight bytes, of one that may speak another protocol")
    link_ping_s: float = bound(2.0, "s", "without a byte, while it owes an answer, and it is pinged")
    link_dead_s: float = bound(10.0, "s", "without a byte, while it owes an answer, and it is dead")
    link_idle_ping_s: float = bound(30.0, "s", "without a byte, while it owes nothing, and it is pinged")
    link_idle_dead_s: float = bound(90.0, "s", "without a byte, while it owes nothing, and it is dead")
    link_pings: int = bound(200, "pings", "of one end within ten seconds; more is a flood")
    link_pings_s: float = bound(10.0, "s", "in which those are counted")
    link_stall_s: float = bound(
        20.0, "s", "in which one who is sent something takes not a byte, and it is left"
    )

    # native: asking peers for units
    native_request_units: int = bound(256, "units", "of one request; 16 MiB")
    native_run_units: int = bound(64, "units", "of one frame; 4 MiB, which other frames wait for")
    native_urgent_run_units: int = bound(4, "units", "of one frame that somebody waits for")
    native_run_s: float = bound(0.05, "s", "of what a connection sends go into one frame at most")
    native_units: int = bound(256, "units", "that one peer may have outstanding here, over all streams")
    native_first_units: int = bound(4, "units", "that may be asked for before the first credit")
    native_over_credits: int = bound(3, "requests", "beyond their credit, and it breaks the protocol")
    native_over_credit_s: float = bound(10.0, "s", "in which those are counted")
    native_channels: int = bound(64, "channels", "of one connection, each about one stream")
    native_giving_links: int = bound(
        16, "links", "that we dialled, want nothing of any more, and keep for what the other end wants"
    )
    native_visit_s: float = bound(
        1.0,
        "s",
        "between two times that one who came for a stream, and has some of it, is taken for a source",
    )
    native_pages: int = bound(64, "pages", "of hashes asked for on one channel and not yet answered")
    native_haste: int = bound(16_384, "bytes/s", "that go first to one who tells of nobody who watches")
    native_haste_bytes: int = bound(524_288, "bytes", "of those, at once after a pause: a seek")
    native_haste_part: float = bound(
        1.5, "of the rate", "that one tells of who watches there goes first: he may be behind"
    )
    native_haste_s: float = bound(4.0, "s", "of that may go first at once after a pause")
    native_urgent_ms: int = bound(3000, "ms", "until it is needed, and a unit asked for at once goes first")
    native_deadline_ms: int = bound(60_000, "ms", "ahead; a later deadline is none")
    native_have_ranges: int = bound(1024, "ranges", "in one message of what a peer has")
    native_have_bits: int = bound(65_536, "units", "in one bitmap of what a peer has; 8 KiB")
    native_map_ranges: int = bound(16_384, "ranges", "of what a peer has; the smallest are forgotten")
    native_have_s: float = bound(0.1, "s", "between two messages of what is here on a channel")
    native_have_range_s: float = bound(
        0.002, "s", "between two such messages for each range of what is here, to who watches nothing"
    )
    native_have_most_s: float = bound(0.5, "s", "between two such messages, in however many ranges it is")
    handout_members: int = bound(64, "peers", "fetching a stream are told what others of them are given")
    handout_each_s: float = bound(0.0125, "s", "for each of them between two such tellings: 80 a second")
    elsewhere_s: float = bound(
        10.0, "s", "that one who has all is believed of what it gives to others; twice at most"
    )
    elsewhere_ranges: int = bound(2048, "ranges", "of that, and what was said before is forgotten")
    native_meta_piece_bytes: int = bound(16_384, "bytes", "in one message of what belongs to a stream")
    native_meta_bytes: int = bound(4_194_304, "bytes", "of one thing that belongs to a stream")
    native_requests: float = bound(1000.0, "requests/s", "of one peer: 64 MB/s of single units")
    native_hash_requests: float = bound(20.0, "pages/s", "that one peer asks for; each proves 32 MiB")
    native_hashes_bytes: int = bound(8_388_608, "bytes", "sent to a peer let it ask for one page more")
    native_haves: float = bound(50.0, "messages/s", "of one peer; 256 ranges are one more")
    native_wants: float = bound(
        30.0, "messages/s", "of who watches there, for each of which what waits is sorted again, in 0.5 ms"
    )
    native_opens: float = bound(20.0, "channels/s", "that one peer opens")
    native_burst_s: float = bound(2.0, "s", "of a rate may come at once")
    flood_factor: float = bound(4.0, "times", "a rate's bound is a flood, and ends a connection")
    flood_s: float = bound(10.0, "s", "that a flood lasts before it is called one")
    busy_bytes: int = bound(262_144, "bytes", "of answers wait; then requests are refused")

    # native: peers tell of other peers
    exchange_peers: int = bound(50, "peers", "told of at once; more than anybody dials")
    exchange_bytes: int = bound(20_480, "bytes", "of one message: fifty tickets, and fifty that are dropped")
    exchange_s: float = bound(60.0, "s", "between two tellings to one peer of one stream")
    exchange_least_s: float = bound(50.0, "s", "between two of one peer that are heard; ways differ")
    exchange_tick_s: float = bound(10.0, "s", "between two looks whether there is somebody to tell of")
    exchange_kept: int = bound(500, "peers", "of one stream that other peers told of")
    exchange_dials: int = bound(3, "dials", "of ten go to those that other peers told of, at most")
    own_tickets: int = bound(1000, "streams", "whose tickets of ours are kept; those shared with others now")
    ticket_again_s: float = bound(60.0, "s", "until a central that signed none is asked again")
    exchange_foreign: int = bound(3, "peers", "of one network (/24, /48) that other peers told of")

    # HTTP
    http_head_s: float = bound(4.0, "s", "absolute: a request's head; with silent_s before it, under 10 s")
    http_rest_s: float = bound(15.0, "s", "between two requests of a connection")
    http_header_bytes: int = bound(8192, "bytes", "of a request's head; browsers send one or two thousand")
    http_headers: int = bound(64, "headers", "of a request; browsers send twenty")
    http_requests: int = bound(100, "requests", "of one connection; then the client dials again")
    http_turn_requests: int = bound(
        4, "requests", "begun in a turn of the reactor, of all connections; a page of 30 films takes 9 ms"
    )
    http_ahead_bytes: int = bound(16_384, "bytes", "of requests that arrive before one is answered")
    http_ranges: int = bound(8, "ranges", "of one request; players ask for one, others for a few")
    http_body_bytes: int = bound(65_536, "bytes", "that come with a request to change something")
    http_pause_s: float = bound(21_600.0, "s", "without a byte taken by a player of this machine; six hours")
    http_step_bytes: int = bound(65_536, "bytes", "written at once; two of them wait for a slow client")
    page_streams: int = bound(60, "streams", "on one page of a list; their pictures come as one scrolls")
    page_blanks: int = bound(
        120,
        "drawings",
        "kept, of films without a picture: those of two pages; 1.5 kB and 0.5 ms each",
    )
