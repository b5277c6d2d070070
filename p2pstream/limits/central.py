"""Bounds of a central and of those who ask it."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["CentralLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class CentralLimits:
    """What a central knows, and is asked."""

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
        262_144, "bytes", "of answers that one connection does not read; beyond, requests are refused"
    )
    central_queue_most_bytes: int = bound(
        524_288, "bytes", "of answers that one connection does not read; beyond, it is closed"
    )

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
    central_turn_publishes: int = bound(
        8, "records", "looked at in a turn of the reactor, of all connections; a signature takes 0.1 ms"
    )
    central_turn_lookups: int = bound(
        8, "names", "that begin to be looked up on the disk in a turn, of all connections; one each"
    )
    central_piece_bytes: int = bound(
        512, "bytes", "of one connection heard in one go: thirty of the shortest requests, 1 ms"
    )
    central_turn_pieces: int = bound(2, "pieces", "heard in a turn, where connections send more at once")
    central_beckons: float = bound(1.0, "a second", "BECKON frames: each makes somebody else dial")
    central_beckons_burst: int = bound(20, "frames", "the unreachable peers of one stream")
    central_excess: float = bound(4.0, "times", "a rate; kept up for ten seconds, it ends the connection")
    central_excess_s: float = bound(10.0, "s", "of such excess, and the connection ends")

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
    lease_sweep: int = bound(500, "leases", "looked at in one sweep: 1 ms")
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
    catalogue_search_steps: int = bound(
        20_000_000, "steps", "of the database's machine in one search; half a second"
    )
    catalogue_cached: int = bound(10_000, "names", "asked for last, whose records are in memory; 10 MB")
    catalogue_batch: int = bound(500, "records", "written at once, so that one sync serves them all")
    catalogue_batch_s: float = bound(0.02, "s", "a record waits for others to be written with it")
    catalogue_waiting: int = bound(5000, "records", "that wait to be written; more are refused as busy")
    catalogue_purge_s: float = bound(60.0, "s", "between two looks for records that have expired")

    # dialling back
    back_dials: float = bound(10.0, "a second", "by a central in all: nobody may use it to flood others")
    back_per_host: int = bound(2, "dials", "to one host (IPv6: /64) in a minute; loopback exempt")
    back_per_host_s: float = bound(60.0, "s", "in which so many dials go to one host")
    back_waiting: int = bound(2000, "peers", "that wait to be dialled back; more are asked to wait")
    back_s: float = bound(5.0, "s", "from a dial to the proof of the id")
    back_again_s: float = bound(900.0, "s", "until a peer is dialled back again")
    back_least_port: int = bound(
        1024, "the port", "the lowest port that is dialled: below are other people's services"
    )
    subnets_s: float = bound(5.0, "s", "for which the networks of this machine count as they were")

    # the client of a central
    central_first_s: float = bound(0.25, "s", "to the second dial of a central; doubled for each one after")
    central_retry_most_s: float = bound(30.0, "s", "between two dials of a central")
    central_wait_s: float = bound(2.0, "s", "for a central, before the next one is tried, too")
    central_answer_s: float = bound(10.0, "s", "for the answer to a request")
    central_remembered: int = bound(1000, "answers", "kept for the time when no central can be reached")
    central_spread_s: float = bound(3.0, "s", "over which peers announce anew after their central came back")
