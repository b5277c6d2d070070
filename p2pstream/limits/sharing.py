"""Bounds of a peer that shares."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["ShareLimits"]


@dataclass(frozen=True)
class ShareLimits:
    """What is looked at, and told to centrals."""

    # shares
    share_files: int = bound(20_000, "files", "of one share; a table of them is sorted in 10 ms")
    share_entries: int = bound(100_000, "entries", "looked at in one scan, shared or not")
    share_depth: int = bound(8, "folders", "below the shared one; nobody nests films deeper")
    share_watched: int = bound(1000, "folders", "of a share with a system's watch on them; 20 µs each")
    share_told: int = bound(10, "files", "that are not shared, told one by one; the rest as a number")
    share_check_s: float = bound(0.8, "s", "between two scans; a change shows within two of them")
    share_watched_s: float = bound(
        3.0, "s", "between two scans, where the system gives notice of all changes"
    )
    share_ease: float = bound(20.0, "times", "a scan's length passes before the next; 5 % of a thread")
    share_hurry: float = bound(
        4.0, "times", "a scan's length passes, after a notice of a change; 20 % of a thread"
    )
    share_nudge_s: float = bound(0.05, "s", "from the system's notice of a change to the scan")
    share_settle_s: float = bound(0.7, "s", "a file must not have changed for; less than a scan's period")
    share_writing_s: float = bound(
        10.0, "s", "a file must not have changed for, that somebody was seen to create"
    )
    share_trees_bytes: int = bound(
        33_554_432, "bytes", "of hashes at hand, of the films that were asked for last; 32 GiB of film"
    )

    # giving while fetching
    upload_after_s: float = bound(1.0, "s", "of fetching, until others are told that they can have it")

    # sending no more than is wished
    uplink_least: int = bound(16_384, "bytes/s", "that may be sent at least: a unit in four seconds")
    uplink_burst_s: float = bound(0.1, "s", "of what may be sent, at once after a pause")
    uplink_quantum_bytes: int = bound(16_384, "bytes", "of a turn of weight 1: a unit in four rounds")
    uplink_urgent: int = bound(
        125_000, "bytes/s", "to one peer that go first, because it calls them urgent; a film's least, 1 Mb/s"
    )
    uplink_urgent_bytes: int = bound(524_288, "bytes", "of those, at once after a pause: a seek")
    uplink_urgent_part: float = bound(
        0.2, "of what goes through", "to one peer that go first, where nobody set a limit and that is more"
    )
    uplink_urgent_s: float = bound(
        4.0, "s", "of what may go first, at once after a pause, where that is more"
    )
    uplink_look_s: float = bound(0.5, "s", "over which is measured what goes through")
    uplink_look_bytes: int = bound(262_144, "bytes", "and as many at least; four units")
    uplink_memory_s: float = bound(10.0, "s", "in which what was measured counts for a third")
    uplink_held_part: float = bound(
        0.5, "of what goes through", "is left to all who are not urgent, while somebody urgent waits"
    )
    uplink_futile_part: float = bound(
        0.75, "of what goes through", "goes, or it is not us for whom those wait who are urgent"
    )
    uplink_try_s: float = bound(2.0, "s", "for which others are held back, to see whether that is of use")
    uplink_futile_s: float = bound(20.0, "s", "nobody is held back for one who did not take what others left")
    uplink_eased_part: float = bound(
        1.1, "of what goes through", "is left to all when nobody urgent waits any more"
    )
    uplink_linger_s: float = bound(2.0, "s", "without anybody urgent who waits, until all send as they like")
    uplink_hold_s: float = bound(0.1, "s", "between two looks at those who wait")
    uplink_patience_s: float = bound(
        0.01, "s", "for one whose turn it is to send, until the next one is called as well"
    )

    # announcing
    announce_s: float = bound(
        10.0, "s", "between two claims of a key, whatever a central wishes; 60 is usual"
    )
    announce_most_s: float = bound(
        3600.0, "s", "between two claims at most: who forgot us is told within an hour"
    )
    announce_retry_s: float = bound(1.0, "s", "after a central had too much to do, until it is told more")
    announce_keys: int = bound(128, "keys", "claimed in one message; 6 kB")
    announce_names: int = bound(32, "names", "published at once; a central answers many as quickly as one")
    book_names: int = bound(40_000, "names", "that we publish, or withdrew within the last month")
    book_bytes: int = bound(83_886_080, "bytes", "of the file of our records; 40,000 of 2 kB")
    book_save_s: float = bound(0.5, "s", "between two times that the records of our names are written")
    book_grace_s: float = bound(3.0, "s", "after a file went, until its name does; another may be put there")
    book_renew_s: float = bound(3600.0, "s", "between two looks for records that would soon expire")
    calls: int = bound(10, "dials", "in a second on the word of centrals: none may use us to flood others")
    calls_s: float = bound(1.0, "s", "in which those are counted")
    calls_per_host: int = bound(6, "dials", "to one host (IPv6: /64) in a minute; loopback exempt")
    calls_per_host_s: float = bound(60.0, "s", "in which so many calls from one host are answered")
    call_links: int = bound(64, "links", "to those who had us called; other calls are not answered")
    call_idle_s: float = bound(10.0, "s", "after a call was answered, until something is asked for")
    doubt_s: float = bound(
        3600.0, "s", "between two times that a film is hashed because somebody found it wrong"
    )
    pins: int = bound(1000, "addresses", "of centrals, whose ids are remembered")
    doctor_s: float = bound(8.0, "s", "for a central to answer the doctor; it may dial us for five of them")
    goodbye_s: float = bound(1.0, "s", "for telling centrals that we go; half of what a clean stop may take")
