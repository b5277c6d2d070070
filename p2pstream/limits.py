"""The one table of every bound: lengths, counts, times, each with its unit and reason.

A `Limits` is a value.  Everything that has a bound is handed one, so a test can set
a bound low (`dataclasses.replace`) and stand on both sides of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def bound(value: float, unit: str, reason: str) -> Any:
    """One row: the default, its unit, and why it is that much."""
    return field(default=value, metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True)
class Limits:
    """Every bound of one process; the defaults suit a central and a peer alike."""

    # names and addresses
    name_bytes: int = bound(200, "bytes", "a name in UTF-8; leaves room for suffixes in 255-byte file names")
    address_chars: int = bound(259, "characters", "253 of a host name, a colon and a port")

    # content
    bencode_bytes: int = bound(16_384, "bytes", "of one control message; hot ones are fixed structures")
    bencode_depth: int = bound(8, "levels", "of lists and dictionaries; nothing of ours has more than four")
    bencode_items: int = bound(1024, "items", "in all of one message; a dictionary's keys come for nothing")
    stream_bytes: int = bound(281_474_976_710_656, "bytes", "2^48 of one file; more than anybody stores")
    record_life_s: float = bound(2_592_000.0, "s", "30 days from signing; who is still there signs again")
    record_gone_s: float = bound(2_678_400.0, "s", "a withdrawn name is remembered: a day beyond any record")
    record_ahead_s: float = bound(600.0, "s", "a record may be signed in the future; clocks differ")
    record_tags: int = bound(16, "tags", "of one record")
    record_text_bytes: int = bound(64, "bytes", "of a tag, or of a record's type")

    # classic
    classic_name_bytes: int = bound(255, "bytes", "more than any file name; the ancestor dies beyond 100")
    classic_sent_name_bytes: int = bound(99, "bytes", "the ancestor's buffer holds 100 with its NUL")
    classic_reply_bytes: int = bound(100, "bytes", "the ancestor aborts on more")
    classic_reply_addresses: int = bound(6, "addresses", "six dotted quads and blanks fit 99 bytes")
    classic_name_s: float = bound(1.0, "s", "the ancestor too reads once, a second after accept")
    classic_lookup_s: float = bound(10.0, "s", "an ancestor answers after one second; ten is a dead one")

    # settings
    settings_bytes: int = bound(1_048_576, "bytes", "of a settings file; nobody writes a thousand lines")
    secret_least_bytes: int = bound(16, "bytes", "a shorter secret is found by trying, from one handshake")
    secret_bytes: int = bound(1024, "bytes", "of the secret of a closed group")

    # roles
    stop_s: float = bound(2.0, "s", "from a signal to the end of the process, whatever hangs")
    told_burst: int = bound(20, "lines", "of one kind are logged at once; then one a second")
    spare_descriptors: int = bound(32, "descriptors", "kept from connections: logs, folders, watches, pipes")

    # the listening port
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
    close_s: float = bound(2.0, "s", "the other end is given to close, after we did")
    connect_s: float = bound(5.0, "s", "a dial without an answer")
    first_byte_s: float = bound(3.0, "s", "a source that has not begun is left for one not yet asked")
    stall_s: float = bound(30.0, "s", "a transfer without a byte of progress is given up")
    workers: int = bound(2, "threads", "for disk and hashing")

    # links
    link_hello_bytes: int = bound(4096, "bytes", "of a HELLO; a ticket and sixteen families fit")
    link_hello_items: int = bound(16, "items", "of a HELLO's lists: versions, families")
    link_agent_bytes: int = bound(64, "bytes", "of the name that a program gives itself")
    link_text_bytes: int = bound(200, "bytes", "of a reason in words; one line")
    link_frame_bytes: int = bound(65_536, "bytes", "of a frame's body, other than a run of units (A2)")
    link_run_bytes: int = bound(1_048_588, "bytes", "of a run's body: sixteen units and their head (A2)")
    link_queue_bytes: int = bound(524_288, "bytes", "wait for one who does not read; then it is left (A6)")
    link_hello_s: float = bound(5.0, "s", "absolute: from the start to the other end's HELLO")
    link_auth_s: float = bound(10.0, "s", "absolute: from the start to the proof of who it is (D1)")
    link_wary_s: float = bound(1.5, "s", "for a magic, of one that may speak another protocol (A10)")
    link_ping_s: float = bound(2.0, "s", "without a byte, while it owes an answer, and it is pinged (A5)")
    link_dead_s: float = bound(10.0, "s", "the same, and it is dead (A5)")
    link_idle_ping_s: float = bound(30.0, "s", "without a byte, while it owes nothing, and it is pinged (A5)")
    link_idle_dead_s: float = bound(90.0, "s", "the same, and it is dead (A5)")
    link_pings: int = bound(200, "pings", "of one end within ten seconds; more is a flood")
    link_pings_s: float = bound(10.0, "s", "in which those are counted")
    link_stall_s: float = bound(
        20.0, "s", "in which one who is sent something takes not a byte, and it is left"
    )
    link_silent_s: float = bound(5.0, "s", "without a byte, and the other of two links stays (D1)")

    # listing
    listed_names: int = bound(10_000, "names", "that p2p-list shows; more are said to be more")

    # asking for units
    ask_units: int = bound(64, "units", "in one request; 4 MiB, a few milliseconds of a fast source")
    ask_ahead_s: float = bound(0.7, "s", "of a source's own rate are asked of it at once")
    ask_first_units: int = bound(
        4, "units", "asked of a source that has sent nothing yet; what its credit begins with"
    )
    ask_again_units: int = bound(
        32, "units", "before a reader needs them, asked of a source that still owes as many; 2 MiB"
    )
    ask_blind_units: int = bound(32, "units", "asked of one source while their hashes are on the way (B2)")
    ask_bytes: int = bound(16_777_216, "bytes", "asked for, arriving or not yet written, per stream (A4)")
    urgent_units: int = bound(16, "units", "before a reader, 1 MiB, are asked for before all others")
    overdue_s: float = bound(0.5, "s", "a reader waits for a unit before another source is asked, too")
    copies: int = bound(2, "sources", "asked for one unit at the same time")
    page_hashes: int = bound(512, "hashes", "of one page; proves 32 MiB")
    first_page_hashes: int = bound(
        64, "hashes", "of the page around the start, 2 kB; at hand everywhere (B2)"
    )
    page_failures: int = bound(3, "pages", "refused or useless, and a source is left")
    sources: int = bound(16, "sources", "connected to one download")
    source_tries: int = bound(4, "dials", "that fail before an address is given up")
    retry_s: float = bound(0.25, "s", "to the second dial of an address; doubled for each one after")
    retry_most_s: float = bound(30.0, "s", "between two dials of an address")
    storage_retry_s: float = bound(2.0, "s", "after a disk refused, until it is asked again")
    peers_again_s: float = bound(20.0, "s", "between two questions who has what is being fetched")
    picker_tick_s: float = bound(0.2, "s", "between two looks for what is overdue")

    # native: asking peers for units
    native_request_units: int = bound(256, "units", "of one request; 16 MiB")
    native_run_units: int = bound(16, "units", "of one frame; 1 MiB, which other frames wait for")
    native_urgent_run_units: int = bound(4, "units", "of one frame that somebody waits for")
    native_run_s: float = bound(0.05, "s", "of what a connection sends go into one frame at most")
    native_units: int = bound(256, "units", "that one peer may have outstanding here, over all streams")
    native_first_units: int = bound(4, "units", "that may be asked for before the first credit")
    native_over_credits: int = bound(3, "requests", "beyond their credit, and it breaks the protocol")
    native_over_credit_s: float = bound(10.0, "s", "in which those are counted")
    native_channels: int = bound(64, "channels", "of one connection, each about one stream")
    native_pages: int = bound(64, "pages", "of hashes asked for on one channel and not yet answered")
    native_deadline_ms: int = bound(60_000, "ms", "ahead; a later deadline is none")
    native_have_ranges: int = bound(1024, "ranges", "in one message of what a peer has")
    native_have_bits: int = bound(65_536, "units", "in one bitmap of what a peer has; 8 KiB")
    native_map_ranges: int = bound(16_384, "ranges", "of what a peer has; the smallest are forgotten")
    native_have_s: float = bound(0.1, "s", "between two messages of what is here on a channel")
    native_meta_piece_bytes: int = bound(16_384, "bytes", "in one message of what belongs to a stream")
    native_meta_bytes: int = bound(4_194_304, "bytes", "of one thing that belongs to a stream")
    native_requests: float = bound(1000.0, "requests/s", "of one peer: 64 MB/s of single units")
    native_hash_requests: float = bound(20.0, "pages/s", "that one peer asks for; each proves 32 MiB")
    native_hashes_bytes: int = bound(8_388_608, "bytes", "sent to a peer let it ask for one page more")
    native_haves: float = bound(50.0, "messages/s", "of one peer; 256 ranges are one more")
    native_opens: float = bound(20.0, "channels/s", "that one peer opens")
    native_burst_s: float = bound(2.0, "s", "of a rate may come at once")
    flood_factor: float = bound(4.0, "times", "a rate's bound is a flood, and ends a connection")
    flood_s: float = bound(10.0, "s", "that a flood lasts before it is called one")
    busy_bytes: int = bound(262_144, "bytes", "of answers wait; then requests are refused")

    # hashes of shared files
    hash_settle_s: float = bound(2.0, "s", "old a stamp must be to be believed: the coarsest clock of a disk")
    hash_cache_files: int = bound(100_000, "files", "remembered; the oldest are forgotten")
    hash_cache_bytes: int = bound(67_108_864, "bytes", "of the hash cache; 100,000 lines of 600")
    hash_span_bytes: int = bound(4_194_304, "bytes", "hashed by a worker in one go; others wait 3 ms")
    hash_told_s: float = bound(10.0, "s", "between two lines about how hashing goes on")
    hash_retry_s: float = bound(60.0, "s", "after a disk refused to read a file, until it is asked again")
    hash_read_bytes: int = bound(262_144, "bytes", "read at once for hashing; stays in the processor's cache")

    # HTTP
    http_head_s: float = bound(4.0, "s", "absolute: a request's head; with silent_s before it, under 10 s")
    http_rest_s: float = bound(15.0, "s", "between two requests of a connection")
    http_header_bytes: int = bound(8192, "bytes", "of a request's head; browsers send one or two thousand")
    http_headers: int = bound(64, "headers", "of a request; browsers send twenty")
    http_requests: int = bound(100, "requests", "of one connection; then the client dials again")
    http_ahead_bytes: int = bound(16_384, "bytes", "of requests that arrive before one is answered")
    http_step_bytes: int = bound(65_536, "bytes", "written at once; two of them wait for a slow client")
    http_listed: int = bound(1000, "names", "on the page; more than anybody scrolls through")

    # the store
    store_stream_bytes: int = bound(
        274_877_906_944, "bytes", "of one stream; its hashes take 256 MiB at most"
    )
    store_checkpoint_s: float = bound(3.0, "s", "of what was written may be lost by a power cut")
    store_check_units: int = bound(16, "units", "hashed by a worker in one go, before they are first served")
    store_ahead_bytes: int = bound(
        67_108_864, "bytes", "of room had before they come; contiguous on the disk"
    )
    store_behind_bytes: int = bound(16_777_216, "bytes", "before a reader stay, for short jumps back")
    store_evict_bytes: int = bound(33_554_432, "bytes", "given up in one go; each go waits for the disk")

    # announcing
    announce_s: float = bound(
        10.0, "s", "between two claims of a key, whatever a central wishes; 60 is usual"
    )
    announce_most_s: float = bound(3600.0, "s", "the same; a central that forgot us is told within an hour")
    announce_retry_s: float = bound(1.0, "s", "after a central had too much to do, until it is told more")
    announce_keys: int = bound(128, "keys", "claimed in one message; 6 kB")
    announce_names: int = bound(32, "names", "published at once; a central answers many as quickly as one")
    book_names: int = bound(40_000, "names", "that we publish, or withdrew within the last month")
    book_bytes: int = bound(83_886_080, "bytes", "of the file of our records; 40,000 of 2 kB")
    book_save_s: float = bound(0.5, "s", "between two times that the records of our names are written")
    book_grace_s: float = bound(3.0, "s", "after a file went, until its name does; another may be put there")
    book_renew_s: float = bound(3600.0, "s", "between two looks for records that would soon expire")
    pins: int = bound(1000, "addresses", "of centrals, whose ids are remembered")
    doctor_s: float = bound(8.0, "s", "for a central to answer the doctor; it may dial us for five of them")
    goodbye_s: float = bound(1.0, "s", "for telling centrals that we go; half of what a clean stop may take")

    # the central's mapping
    mapping_bytes: int = bound(16_777_216, "bytes", "of fileToIP.txt; a hundred thousand lines of 160")
    mapping_line_bytes: int = bound(4096, "bytes", "a name and more addresses than anybody dials")
    mapping_names: int = bound(100_000, "names", "what one file still serves well")
    mapping_addresses: int = bound(64, "addresses", "of one name; a reply holds six")
    mapping_told: int = bound(10, "lines", "bad lines shown one by one; the rest as a number")
    mapping_check_s: float = bound(0.5, "s", "between two looks at the file; two alike and it is read")

    # the central's messages
    central_batch_keys: int = bound(256, "keys", "of one ANNOUNCE or WITHDRAW: 11 kB")
    central_record_bytes: int = bound(2048, "bytes", "a signed name as it is sent")
    central_records: int = bound(16, "records", "of one name in an answer; more publishers of it are noise")
    central_peers: int = bound(50, "peers", "of one key in an answer; more than anybody dials")
    central_rows: int = bound(100, "names", "of one page of a list")
    central_page_bytes: int = bound(
        61_440, "bytes", "of one answer; with its head still below a frame's ceiling"
    )
    central_words_bytes: int = bound(200, "bytes", "of what is searched for; as long as a name")
    central_words: int = bound(8, "words", "of what is searched for that count")
    central_entry_words: int = bound(32, "words", "by which one name is found; its tags included")
    central_tell_s: float = bound(0.5, "s", "between two tellings that something watched changed")
    central_cursor_bytes: int = bound(
        2400, "bytes", "that say where the next page begins: a name of 200, folded"
    )
    central_text_bytes: int = bound(200, "bytes", "of words that explain a refusal")
    central_watched: int = bound(1000, "names and keys", "watched over one connection")
    central_unanswered: int = bound(64, "requests", "of one connection that wait for their answers")
    central_queue_bytes: int = bound(
        262_144, "bytes", "of answers that wait; beyond, requests are refused (A6)"
    )
    central_queue_most_bytes: int = bound(524_288, "bytes", "of answers that wait; beyond, it is closed (A6)")

    # how often a central may be asked: by each connection, each address and each identity
    central_announces: float = bound(
        2.0, "a second", "ANNOUNCE and WITHDRAW frames; one each minute is usual"
    )
    central_announces_burst: int = bound(100, "frames", "25,000 keys of a peer that starts, in batches")
    central_lookups: float = bound(20.0, "a second", "RESOLVE, SEARCH, PEERS and WATCH frames")
    central_lookups_burst: int = bound(
        200, "frames", "a player that resumes its list, a peer that watches its names"
    )
    central_publishes: float = bound(1.0, "a second", "PUBLISH frames")
    central_publishes_burst: int = bound(20_000, "frames", "a share as large as one may be, signed anew")
    central_beckons: float = bound(1.0, "a second", "BECKON frames: each makes somebody else dial")
    central_beckons_burst: int = bound(20, "frames", "the unreachable peers of one stream")
    central_excess: float = bound(
        4.0, "times", "a rate; kept up for ten seconds, it ends the connection (A7)"
    )
    central_excess_s: float = bound(10.0, "s", "of such excess, and the connection ends (A7)")

    central_per_address: float = bound(
        16.0, "times", "of a rate for all of one address (IPv6: /64); loopback exempt"
    )
    central_allowances: int = bound(20_000, "addresses and identities", "whose asking is counted; then anew")

    # the central's leases
    lease_rate: float = bound(
        500.0, "a second", "renewals that the interval aims at, for all leases together"
    )
    lease_least_s: float = bound(60.0, "s", "the shortest interval between two renewals")
    lease_most_s: float = bound(1800.0, "s", "the longest interval between two renewals")
    lease_spread: float = bound(
        0.1, "of the interval", "by which it differs from peer to peer, so that none march in step"
    )
    lease_terms: float = bound(2.5, "intervals", "a lease lasts: two renewals may be lost")
    leases: int = bound(1_000_000, "leases", "in all; 400 MB")
    leases_per_peer: int = bound(20_000, "leases", "of one identity: as many files as a share may have")
    leases_per_address: int = bound(60_000, "leases", "from one address (IPv6: /64); three large shares")
    lease_peers_per_address: int = bound(64, "peers", "from one address (IPv6: /64); loopback exempt")
    lease_peers_per_key: int = bound(5000, "peers", "of one key; a player is told 50 of them")
    lease_candidates: int = bound(200, "peers", "looked at for one answer; drawn by chance from more")
    lease_foreign: int = bound(
        3, "peers", "of one answer from one network (/24, /48) that is not the asker's"
    )
    lease_seeds: int = bound(2, "peers", "of one answer have everything, if any do")
    lease_sweep: int = bound(1000, "leases", "looked at in one sweep: 2 ms")
    lease_sweep_s: float = bound(1.0, "s", "between two sweeps; next to none while there is more to sweep")
    lease_snapshot_s: float = bound(30.0, "s", "between two snapshots of the leases")
    lease_snapshot_bytes: int = bound(268_435_456, "bytes", "of a snapshot: a million leases and their peers")

    # the central's catalogue
    catalogue_records: int = bound(1_000_000, "records", "in all; reopened within 10 s")
    catalogue_per_publisher: int = bound(
        20_000, "records", "of one publisher: as many files as a share may have"
    )
    catalogue_memory_records: int = bound(
        100_000, "records", "where nothing is kept on a disk; searched in 50 ms"
    )
    catalogue_cached: int = bound(10_000, "names", "asked for last, whose records are in memory; 10 MB")
    catalogue_batch: int = bound(500, "records", "written at once, so that one sync serves them all")
    catalogue_batch_s: float = bound(0.02, "s", "a record waits for others to be written with it")
    catalogue_waiting: int = bound(5000, "records", "that wait to be written; more are refused as busy")
    catalogue_purge_s: float = bound(60.0, "s", "between two looks for records that have expired")

    # dialling back
    back_dials: float = bound(10.0, "a second", "by a central in all: it must be nobody's weapon (F45)")
    back_per_host: int = bound(2, "dials", "to one host (IPv6: /64) in a minute (F45); loopback exempt")
    back_per_host_s: float = bound(60.0, "s", "in which so many dials go to one host (F45)")
    back_waiting: int = bound(2000, "peers", "that wait to be dialled back; more are asked to wait")
    back_s: float = bound(5.0, "s", "from a dial to the proof of the id")
    back_again_s: float = bound(900.0, "s", "until a peer is dialled back again")
    back_least_port: int = bound(
        1024, "the port", "the lowest port that is dialled: below are other people's services"
    )

    # the client of a central
    central_first_s: float = bound(0.25, "s", "to the second dial of a central; doubled for each one after")
    central_retry_most_s: float = bound(30.0, "s", "between two dials of a central")
    central_wait_s: float = bound(2.0, "s", "for a central, before the next one is tried, too")
    central_answer_s: float = bound(10.0, "s", "for the answer to a request")
    central_remembered: int = bound(1000, "answers", "kept for the time when no central can be reached")
    central_spread_s: float = bound(
        3.0, "s", "over which peers announce anew after their central came back (F26)"
    )

    # shares
    share_files: int = bound(20_000, "files", "of one share; a table of them is sorted in 10 ms")
    share_entries: int = bound(100_000, "entries", "looked at in one scan, shared or not")
    share_depth: int = bound(8, "folders", "below the shared one; nobody nests films deeper")
    share_watched: int = bound(1000, "folders", "of a share with a system's watch on them; 20 µs each")
    share_told: int = bound(10, "files", "that are not shared, told one by one; the rest as a number")
    share_check_s: float = bound(1.0, "s", "between two scans; a change shows within two of them")
    share_watched_s: float = bound(3.0, "s", "the same, where the system gives notice of all changes")
    share_ease: float = bound(20.0, "times", "a scan's length passes before the next; 5 % of a thread")
    share_hurry: float = bound(4.0, "times", "the same, after a notice of a change; 20 % while things change")
    share_nudge_s: float = bound(0.05, "s", "from the system's notice of a change to the scan")
    share_settle_s: float = bound(0.9, "s", "a file must not have changed for; less than a scan's period")
    share_writing_s: float = bound(10.0, "s", "the same, for a file that somebody was seen to create")

    # the player
    feed_bytes: int = bound(2_097_152, "bytes", "between the data and libvlc's thread")


LIMITS = Limits()
